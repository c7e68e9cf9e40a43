/**
 * The access token of an invite link, or a moderator's. The former is taken out of the address bar, where it would be seen and copied, and kept for
 * reloads of this tab.
 */
import { recall, remember } from './storage.ts';

const name = 'access_token';
const here = new URL(location.href);
const given = here.searchParams.get(name);
if (given !== null) {
  remember('sessionStorage', name, given);
  here.searchParams.delete(name);
  history.replaceState(history.state, '', here);
}
const token = recall('sessionStorage', 'moderator') ?? given ?? recall('sessionStorage', name);

/** The query that lets this page in, as a moderator too; nothing without a token. */
export const access = token === null ? '' : `?${new URLSearchParams({ [name]: token })}`;
