type Listener<Event> = (event: Event) => void;

/** Passes events to listeners. `Events` maps each type of event to its payload. */
export class Emitter<Events> {
  readonly #listeners: { [Type in keyof Events]?: Set<Listener<Events[Type]>> } = {};

  /** Calls the listener with each event of this type until the returned function is called. */
  on<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>): () => void {
    const listeners = this.#listeners[type] ?? new Set();
    this.#listeners[type] = listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Calls all listeners. An error in one of them becomes an uncaught error, and the others are called all the same. */
  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    for (const listener of this.#listeners[type] ?? []) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
