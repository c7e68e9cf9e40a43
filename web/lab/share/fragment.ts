/**
 * A recording as the fragment of an address, compressed (RFC 1951) and as base64url. A browser sends no fragment to a
 * server, so the recording goes only where the link goes.
 */

const prefix = '#recording=';
/** Safari cuts off addresses that are longer than 80,000 characters. */
export const mostCharacters = 64_000;
/** A fragment that short can stand for 50 MB, which would make a page hang. */
const mostBytes = 16 * 2 ** 20;

/** Why a recording cannot be opened: too long, too large, damaged, or something else. */
export type Flaw = 'long' | 'large' | 'damaged' | 'foreign';

export class Unreadable extends Error {
  readonly flaw: Flaw;

  constructor(flaw: Flaw) {
    super(`the recording cannot be read: ${flaw}`);
    this.flaw = flaw;
  }
}

export const holdsRecording = (fragment: string) => fragment.startsWith(prefix);

/** The fragment for a recording, of any length. */
export async function fragmentOf(text: string): Promise<string> {
  const bytes = await collected(new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw')));
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return prefix + btoa(characters).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The text in a fragment. Rejects with `Unreadable` when there is none. */
export async function textIn(fragment: string): Promise<string> {
  if (fragment.length > mostCharacters) throw new Unreadable('long');
  const compressed = bytesIn(fragment.slice(prefix.length));
  const inflating = new Blob([compressed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const bytes = await collected(inflating).catch((error: unknown) => {
    throw error instanceof Unreadable ? error : new Unreadable('damaged');
  });
  return new TextDecoder().decode(bytes);
}

function bytesIn(base64url: string): Uint8Array<ArrayBuffer> {
  if (!/^[\w-]+$/.test(base64url) || base64url.length % 4 === 1) throw new Unreadable('damaged');
  const characters = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}

/** All bytes of a stream. Rejects as soon as there are too many. */
async function collected(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = stream.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer());
    chunks.push(value);
    length += value.length;
    if (length <= mostBytes) continue;
    await reader.cancel();
    throw new Unreadable('large');
  }
}
