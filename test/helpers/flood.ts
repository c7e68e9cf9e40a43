import { newPeer } from './raw.ts';

/** So many bytes are written at once. */
const bytesAtOnce = 1024 * 1024;

/** Connects peers that send `first`, and then `unit` as fast as the server reads, until the test is over. */
export async function newFlood(url: string, peers: number, first: string, unit: Buffer): Promise<void> {
  const units = Buffer.concat(Array<Buffer>(Math.ceil(bytesAtOnce / unit.length)).fill(unit));
  await Promise.all(
    Array.from({ length: peers }, async () => {
      const peer = await newPeer(url);
      const flood = () => {
        while (peer.write(units));
      };
      peer.resume().on('drain', flood);
      peer.write(first);
      flood();
    }),
  );
}
