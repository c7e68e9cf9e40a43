import type { ComponentChildren, ComponentType } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** Milliseconds between two tries. */
const pause = 1000;

/**
 * A component that is fetched when it is first drawn. Until it is here, what `instead` draws stands in its place; as long
 * as it is drawn and cannot be fetched, it is tried again.
 */
export function lazy<Props extends object>(
  fetchIt: () => Promise<ComponentType<Props>>,
  instead: (props: Props) => ComponentChildren = () => null,
) {
  let Fetched: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [, setHere] = useState(Fetched !== undefined);
    useLayoutEffect(() => {
      if (Fetched !== undefined) {
        // Another one may have fetched it since this one was drawn.
        setHere(true);
        return undefined;
      }
      let timer: ReturnType<typeof setTimeout> | undefined;
      let isDrawn = true;
      const fail = () => {
        if (isDrawn) timer = setTimeout(attempt, pause);
      };
      const attempt = () =>
        void fetchIt().then((component) => {
          Fetched = component;
          setHere(true);
        }, fail);
      attempt();
      return () => {
        isDrawn = false;
        clearTimeout(timer);
      };
    }, []);
    return Fetched === undefined ? instead(props) : <Fetched {...props} />;
  };
}
