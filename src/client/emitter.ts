type Listener<Event> = (event: Event) => void;

/** Tells of events, each type of which has a type of its own for what is told. */
export class Emitter<Events> {
  readonly #listeners: { [Type in keyof Events]?: Set<Listener<Events[Type]>> } = {};

  /** Calls a listener until the returned function is called. */
  on<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>): () => void {
    const listeners = this.#listeners[type] ?? new Set();
    this.#listeners[type] = listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** A listener that throws is an uncaught error, and nobody else's concern. */
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
