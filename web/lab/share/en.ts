import type { Flaw } from './fragment.ts';

export const en = {
  title: 'Share',
  about:
    'The recording as it is shown, up to the current position. What the page’s own clients say is in it unmasked, what others say is masked as in the lab.',
  link: 'Copy a link',
  aboutLink:
    'The whole recording is in the link, and no server sees it. It opens in a lab at the same address, even without a token.',
  address: 'The link',
  copied: 'Copied.',
  uncopied: 'The browser did not allow copying. The link is selected: copy it with Ctrl+C.',
  tooLong: (characters: number, most: number) =>
    `This recording is too long for a link: it would have ${characters} characters, and at most ${most} work everywhere. Save it as a file, or go back to an earlier position and share the part before it.`,
  file: 'Save the recording',
  aboutFile: 'A JSON file, which Import opens in any lab.',
  page: 'Save as lab.html',
  aboutPage:
    'One page with the lab and this recording in it. It opens with a double click, without a server and without internet.',
  failed: 'The server did not give the page out. Reload this page and try again.',
  close: 'Close',
  empty: 'No recording is open. Press Import, or drop the file of a recording on this page.',
  flaws: {
    long: 'The recording in this link is too long, so it was not opened.',
    large: 'The recording in this link is too large when unpacked, so it was not opened.',
    damaged: 'This link is damaged: it was probably cut off when it was copied.',
    foreign: 'This is not a recording of the lab.',
  } satisfies Record<Flaw, string>,
};

export type ShareWords = typeof en;
