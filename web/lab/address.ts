/** Where the inspector tells its events. The token that opened this page opens them as well. */
const url = new URL(`./events${location.search}`, location.href);
url.protocol = 'ws:';
export const eventsUrl = url.href;
export const configUrl = `./config.json${location.search}`;
