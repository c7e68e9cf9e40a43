/** One TCP connection over IPv4 and Ethernet, made up around the bytes that went over it. */

/** Who speaks: the peer that has connected, or the server. */
export type Side = 'peer' | 'server';
export type Endpoint = { address: readonly number[]; port: number };

const flags = { fin: 0x01, syn: 0x02, reset: 0x04, push: 0x08, ack: 0x10 };
const [ethernetBytes, ipBytes, tcpBytes] = [14, 20, 20];
/** Most bytes of a payload in one packet, as on an Ethernet. */
const mostPayload = 1460;
const window = 0xffff;
const protocolTcp = 6;

/** The packets of one connection, each with the next sequence numbers. */
export class Conversation {
  readonly #ends: Record<Side, Endpoint>;
  /** The next sequence number of each side. */
  readonly #next: Record<Side, number> = { peer: 0, server: 0 };

  constructor(peer: Endpoint, server: Endpoint) {
    this.#ends = { peer, server };
  }

  open(): Buffer[] {
    return [
      this.#packet('peer', flags.syn),
      this.#packet('server', flags.syn | flags.ack),
      this.#packet('peer', flags.ack),
    ];
  }

  say(side: Side, bytes: Uint8Array): Buffer[] {
    const packets: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += mostPayload)
      packets.push(this.#packet(side, flags.push | flags.ack, bytes.subarray(at, at + mostPayload)));
    return packets;
  }

  /** Both sides end the connection, this one first. */
  end(side: Side): Buffer[] {
    const other = side === 'peer' ? 'server' : 'peer';
    return [
      this.#packet(side, flags.fin | flags.ack),
      this.#packet(other, flags.fin | flags.ack),
      this.#packet(side, flags.ack),
    ];
  }

  /** This side cuts the connection off. */
  reset(side: Side): Buffer[] {
    return [this.#packet(side, flags.reset | flags.ack)];
  }

  #packet(side: Side, flag: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
    const other = side === 'peer' ? 'server' : 'peer';
    const [from, to] = [this.#ends[side], this.#ends[other]];
    const tcp = Buffer.alloc(tcpBytes + payload.length);
    tcp.writeUInt16BE(from.port, 0);
    tcp.writeUInt16BE(to.port, 2);
    tcp.writeUInt32BE(this.#next[side], 4);
    if ((flag & flags.ack) !== 0) tcp.writeUInt32BE(this.#next[other], 8);
    tcp.writeUInt8((tcpBytes / 4) << 4, 12);
    tcp.writeUInt8(flag, 13);
    tcp.writeUInt16BE(window, 14);
    tcp.set(payload, tcpBytes);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(tcp.length);
    const pseudo = Buffer.from([...from.address, ...to.address, 0, protocolTcp, ...length]);
    tcp.writeUInt16BE(checksum(Buffer.concat([pseudo, tcp])), 16);
    const numbered = payload.length + ((flag & (flags.syn | flags.fin)) === 0 ? 0 : 1);
    this.#next[side] = (this.#next[side] + numbered) >>> 0;
    return Buffer.concat([ethernet(side), ip(from, to, tcp.length), tcp]);
  }
}

/** Addresses that are assigned locally: 02:…:01 is the peer's, 02:…:02 the server's. */
function ethernet(side: Side): Buffer {
  const header = Buffer.alloc(ethernetBytes);
  const [from, to] = side === 'peer' ? [1, 2] : [2, 1];
  header.set([2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, 0x08, 0x00]);
  return header;
}

function ip(from: Endpoint, to: Endpoint, length: number): Buffer {
  const header = Buffer.alloc(ipBytes);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(ipBytes + length, 2);
  // Do not fragment.
  header.writeUInt16BE(0x4000, 6);
  header.writeUInt8(64, 8);
  header.writeUInt8(protocolTcp, 9);
  header.set(from.address, 12);
  header.set(to.address, 16);
  header.writeUInt16BE(checksum(header), 10);
  return header;
}

/** The Internet checksum (RFC 1071). */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
