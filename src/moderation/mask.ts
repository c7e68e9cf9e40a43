import { createHmac, randomBytes } from 'node:crypto';

/**
 * What stands for an address where moderators see one: 12 letters and digits, the same for the same address and key. It
 * does not tell the address, and with another key it is another one.
 */
export const maskOf = (address: string, maskKey: string): string =>
  BigInt(`0x${createHmac('sha256', maskKey).update(address).digest('hex')}`)
    .toString(36)
    .slice(-12);

export const newMaskKey = () => randomBytes(32).toString('base64url');
