/**
 * The settings that limit how fast connections may act (P-LIM-1, P-LIM-2). They have no defaults as schemas, because a
 * limit that is set holds for everybody, and one that is not does not hold for peers on this machine.
 */
import { number, size, type Values } from './settings.ts';

const rate = number(0, 1_000_000).optional();
const burst = number(1, 1_000_000).optional();
const bytes = size(0, 2 ** 30).optional();
const byteBurst = size(1, 2 ** 30).optional();

export const limitSettings = {
  /** Requests a second of one connection; 0: no limit. Default 50, none for this machine. */
  rate: rate.meta({
    description: 'requests a second of one connection; 0: no limit',
    unset: '50, none for this machine',
  }),
  /** Requests of one connection that may come at once. Default 200. */
  burst: burst.meta({ description: 'requests of one connection that may come at once', unset: '200' }),
  /**
   * Bytes a second that are read of one connection, 64 more counted for each frame; 0: no limit. Default 16KiB, none for
   * this machine.
   */
  byteRate: bytes.meta({
    description:
      'bytes a second that are read of one connection, 64 more counted for each frame; 0: no limit',
    unset: '16KiB, none for this machine',
  }),
  /** Bytes of one connection that may come at once. Default 256KiB. */
  byteBurst: byteBurst.meta({
    description: 'bytes of one connection that may come at once',
    unset: '256KiB',
  }),
  /** Messages a second that one connection may send; 0: no limit. Default 2, none for this machine. */
  sendRate: rate.meta({
    description: 'messages a second that one connection may send; 0: no limit',
    unset: '2, none for this machine',
  }),
  /** Messages that one connection may send at once. Default 10. */
  sendBurst: burst.meta({ description: 'messages that one connection may send at once', unset: '10' }),
  /** Requests for a nickname a second of one connection; 0: no limit. Default 0.2, none for this machine. */
  nameRate: rate.meta({
    description: 'requests for a nickname a second of one connection; 0: no limit',
    unset: '0.2, none for this machine',
  }),
  /** Requests for a nickname that one connection may make at once. Default 5. */
  nameBurst: burst.meta({
    description: 'requests for a nickname that one connection may make at once',
    unset: '5',
  }),
  /** Most bytes of histories that wait to go out to all connections together. Default 67,108,864. */
  maxGetBytes: size(1, 2 ** 40)
    .default(64 * 2 ** 20)
    .describe('most bytes of histories that wait to go out to all connections together'),
};

type Limits = Values<typeof limitSettings>;
type Rate = { perSecond: number; burst: number };

/** The rates of everybody, and those of peers on this machine: only what is set. */
export function ratesOf(limits: Limits) {
  const { rate, burst, byteRate, byteBurst, sendRate, sendBurst, nameRate, nameBurst } = limits;
  const rates = {
    request: rateOf(rate ?? 50, burst ?? 200),
    byte: rateOf(byteRate ?? 16 * 1024, byteBurst ?? 256 * 1024),
    send: rateOf(sendRate ?? 2, sendBurst ?? 10),
    name: rateOf(nameRate ?? 0.2, nameBurst ?? 5),
    // One whole history in five seconds.
    get: rate === 0 ? undefined : rateOf(0.2, 1),
  };
  const isSet = (...given: unknown[]) => given.some((value) => value !== undefined);
  const localRates = {
    request: isSet(rate, burst) ? rates.request : undefined,
    byte: isSet(byteRate, byteBurst) ? rates.byte : undefined,
    send: isSet(sendRate, sendBurst) ? rates.send : undefined,
    name: isSet(nameRate, nameBurst) ? rates.name : undefined,
    get: isSet(rate, burst) ? rates.get : undefined,
  };
  return { rates, localRates };
}

const rateOf = (perSecond: number, burst: number): Rate | undefined =>
  perSecond > 0 ? { perSecond, burst } : undefined;
