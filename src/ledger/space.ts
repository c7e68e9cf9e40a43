/** How much there is room for, in numbers and in words. */
import { freemem } from 'node:os';

/**
 * The memory that this process can still have, in bytes. A limit of its container counts less what the process uses, and
 * not less what the container uses: that includes the system's copies of files, which it gives up when it has to.
 */
export function freeMemory(): number {
  const limit = process.constrainedMemory() || Infinity;
  return Math.max(0, Math.min(freemem(), limit - process.memoryUsage.rss()));
}

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A size in its largest unit: `1 GiB`, `1.5 KiB`, `100 bytes`. */
export function inUnits(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(bytes) / 10)));
  return `${Math.round((bytes / 1024 ** power) * 10) / 10} ${units[power]}`;
}

/** Why a history that may have so many bytes takes no more messages. */
export const fullText = (maxBytes: number) => `the history is full: it may have ${inUnits(maxBytes)}`;
