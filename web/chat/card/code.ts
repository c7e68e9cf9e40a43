import { encodeQR } from 'qr';

/** The light modules around a code, which a camera needs (ISO/IEC 18004). */
const margin = 4;

/** A QR code of this text: the dark modules as a path, in a square of this many modules. */
export function codeOf(text: string): { size: number; path: string } {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: margin });
  const dark = rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')));
  return { size: rows.length, path: dark.join('') };
}
