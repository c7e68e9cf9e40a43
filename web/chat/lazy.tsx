import type { ComponentChildren, ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/**
 * A component that is fetched when it is first drawn. Until it is here, what `instead` draws stands in its place; if it cannot be
 * fetched, the next time that it is drawn is another try.
 */
export function lazy<Props extends object>(
  fetchIt: () => Promise<ComponentType<Props>>,
  instead: (props: Props) => ComponentChildren = () => null,
) {
  let Fetched: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [, setHere] = useState(Fetched !== undefined);
    useEffect(() => {
      if (Fetched !== undefined) return;
      const take = (component: ComponentType<Props>) => {
        Fetched = component;
        setHere(true);
      };
      fetchIt().then(take, () => {});
    }, []);
    return Fetched === undefined ? instead(props) : <Fetched {...props} />;
  };
}
