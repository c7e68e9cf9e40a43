/** A file of packets as Wireshark opens it (draft-ietf-opsawg-pcapng). */

export type Packet = { /** Milliseconds since 1970. */ at: number; bytes: Uint8Array };

const types = { section: 0x0a0d0d0a, interface: 1, packet: 6 };
/** Its order tells the reader in which order the bytes of numbers stand. */
const magic = 0x1a2b3c4d;
const linkEthernet = 1;

export const pcapngOf = (packets: readonly Packet[]): Buffer =>
  Buffer.concat([section(), networkInterface(), ...packets.map(enhancedPacket)]);

function section(): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(magic, 0);
  body.writeUInt16LE(1, 4);
  // The section's length is not given.
  body.writeBigInt64LE(-1n, 8);
  return block(types.section, body);
}

function networkInterface(): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(linkEthernet, 0);
  return block(types.interface, body);
}

function enhancedPacket({ at, bytes }: Packet): Buffer {
  const head = Buffer.alloc(20);
  const microseconds = BigInt(Math.round(at * 1000));
  head.writeUInt32LE(Number(microseconds >> 32n), 4);
  head.writeUInt32LE(Number(microseconds & 0xffffffffn), 8);
  head.writeUInt32LE(bytes.length, 12);
  head.writeUInt32LE(bytes.length, 16);
  return block(types.packet, Buffer.concat([head, bytes]));
}

/** A block has its length at both ends, and is padded to whole words. */
function block(type: number, body: Buffer): Buffer {
  const length = 12 + Math.ceil(body.length / 4) * 4;
  const whole = Buffer.alloc(length);
  whole.writeUInt32LE(type, 0);
  whole.writeUInt32LE(length, 4);
  whole.set(body, 8);
  whole.writeUInt32LE(length, length - 4);
  return whole;
}
