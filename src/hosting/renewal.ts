/**
 * What a page is told that was loaded from another version of the server: the scripts that it still fetches have other
 * names now, and it would stay without them. So it is loaded again.
 */

/** Where loading the page again does not help, as behind a cache that has kept it, it is not tried at once again. */
const script = `const [key, now] = ['chatbox.renewed', Date.now()];
if (now - Number(sessionStorage.getItem(key)) > 60_000) {
  sessionStorage.setItem(key, String(now));
  location.reload();
}
throw new Error('This page is older than its server.');
`;

/** Stands in for a script that is not there; nothing if the path is not named as the build names scripts, with a hash. */
export const renewalFor = (path: string) =>
  /^\/assets\/[\w-]+-[\w-]{8}\.js$/.test(path) ? script : undefined;
