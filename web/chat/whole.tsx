import { Copying } from './copying.tsx';
import { Finder } from './finder.tsx';
import type { Session } from './session.ts';
import type { Words } from './words.ts';

type Props = { session: Session; words: Words; locale: string };

/** What concerns all of the conversation, of which the document has only the rows in view: finding and copying. */
export function Whole(props: Props) {
  return (
    <>
      <Finder {...props} />
      <Copying {...props} />
    </>
  );
}
