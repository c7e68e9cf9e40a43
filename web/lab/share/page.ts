/** The place for a recording in `lab.html`, as `web/lab/lab.html` has it. */
const place = /(<script type="application\/json" id="recording">)[^<]*/;

/** The page with a recording in it. In JSON every `<` can be escaped, so no text of the recording ends its element. */
export function withRecording(page: string, recording: string): string {
  if (!place.test(page)) throw new Error('the page has no place for a recording');
  return page.replace(place, (_, start: string) => start + recording.replaceAll('<', '\\u003c'));
}
