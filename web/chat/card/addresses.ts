/** Where others find this page. */

/** Does this host lead whoever uses it to their own machine? */
export const isOwn = (hostname: string) =>
  /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$|\.localhost$/.test(hostname);

/** The page's address for others: without a query, which may hold a token, and under another host if one is given. */
function addressOf(page: string, host?: string): string {
  const url = new URL(page);
  url.search = '';
  url.hash = '';
  if (host !== undefined) url.hostname = host;
  return url.href;
}

/** The page's addresses, the likeliest first. `hosts`: the names under which the server is reached, as it says. */
export function addressesOf(page: string, hosts: readonly string[]): string[] {
  return isOwn(new URL(page).hostname) && hosts.length > 0
    ? hosts.map((host) => addressOf(page, host))
    : [addressOf(page)];
}

/** What the server says. It may be an older one, or be away. */
export async function fetchHosts(): Promise<string[]> {
  try {
    const said: unknown = await (await fetch('./hosts.json', { signal: AbortSignal.timeout(5000) })).json();
    return Array.isArray(said) ? said.filter((host) => typeof host === 'string') : [];
  } catch {
    return [];
  }
}
