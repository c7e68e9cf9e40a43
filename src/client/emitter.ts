type Listener<Event> = (event: Event) => void;

/** The listeners of each type of event. */
type Listeners<Events> = { readonly [Type in keyof Events]: Set<Listener<Events[Type]>> };

/** Passes events to listeners. `Events` maps each type of event to its payload. */
export class Emitter<Events> {
  readonly #listeners: Listeners<Events>;

  constructor(listeners: Listeners<Events>) {
    this.#listeners = listeners;
  }

  /** Calls the listener with each event of this type until the returned function is called. */
  on<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>): () => void {
    if (!Object.hasOwn(this.#listeners, type)) {
      const known = Object.keys(this.#listeners).join(', ');
      throw new TypeError(`there is no event ${JSON.stringify(type)}, only ${known}`);
    }
    const listeners = this.#listeners[type].add(listener);
    return () => void listeners.delete(listener);
  }

  /** Calls all listeners. An error in one of them becomes an uncaught error, and the others are called all the same. */
  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void {
    for (const listener of this.#listeners[type]) {
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
