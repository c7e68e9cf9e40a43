/** The settings that say who is let in. */
import { z } from 'zod';
import type { Rate } from '../actors/rate.ts';
import { readNetworks } from './address.ts';
import { readOrigin } from './origins.ts';
import { number, text, type Values, whole } from './settings.ts';

const isOriginList = (list: string) => list === '*' || list.split(' ').every((one) => readOrigin(one));
/** What can be told of the forms in a JSON Schema. The rest is refined. */
const originForm = /^(?:\*|\S+:\/\/\S+(?: \S+:\/\/\S+)*)$/;
const networkForm =
  /^(?:loopback|private|none|[\da-f.:]+(?:\/\d+)?)(?: (?:loopback|private|none|[\da-f.:]+(?:\/\d+)?))*$/i;
/** A rate with its burst, `10/s burst 200`, or `off`. */
const rateForm = /^(?:off|0|(\d{1,6}(?:\.\d{1,6})?)\/s burst ([1-9]\d{0,6}))$/;

export const admissionSettings = {
  /**
   * Whose pages may open a WebSocket: origins such as `https://blog.example`, separated by spaces, or `*`. Default own
   * host; on this machine also pages of its own or from disk.
   */
  origins: z.string().regex(originForm).refine(isOriginList).optional().meta({
    description: 'whose pages may open a WebSocket',
    unset: 'own host; on this machine also pages of its own or from disk',
    must: 'origins such as https://blog.example, separated by spaces, or *, in quotes',
  }),
  /** Let in only WebSockets that name an origin, as browsers do. Default false. */
  requireOrigin: z
    .boolean()
    .default(false)
    .describe('let in only WebSockets that name an origin, as browsers do'),
  /**
   * Names under which the server may be asked for, besides its addresses and the machine's own name, separated by spaces,
   * or `*`. Default any on a loopback address and behind a proxy, else none.
   */
  hosts: z
    .string()
    .regex(/^(?:\*|[^\s/:@?#*]+(?: [^\s/:@?#*]+)*)$/)
    .optional()
    .meta({
      description:
        "names under which the server may be asked for, besides its addresses and the machine's own name",
      unset: 'any on a loopback address and behind a proxy, else none',
      must: 'names such as chat.example, separated by spaces, or *, in quotes',
    }),
  /**
   * Networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed: CIDR, `loopback`, `private` or `none`, separated
   * by spaces. Default loopback.
   */
  trustProxy: z
    .string()
    .regex(networkForm)
    .refine((list) => readNetworks(list) !== undefined)
    .default('loopback')
    .meta({
      description: 'networks whose X-Forwarded-For and X-Forwarded-Proto are believed',
      must: 'networks such as 10.0.0.0/8, loopback, private or none, separated by spaces',
    }),
  /** Most WebSockets that are open at once; more are answered 503. Default 10,000. */
  maxConnections: whole(1, 1_000_000)
    .default(10_000)
    .describe('most WebSockets that are open at once; more are answered 503'),
  /** Most WebSockets of one address that are open at once; more are answered 429. Default 128, none for this machine. */
  maxPerAddress: whole(1, 1_000_000).optional().meta({
    description: 'most WebSockets of one address that are open at once; more are answered 429',
    unset: '128, none for this machine',
  }),
  /** How fast new WebSockets of one address may come; more are answered 429. Default 10/s burst 200, none for this machine. */
  connectRate: z.string().regex(rateForm).optional().meta({
    description: 'how fast new WebSockets of one address may come; more are answered 429',
    unset: '10/s burst 200, none for this machine',
    must: 'a rate such as 10/s burst 200, in quotes, or off',
  }),
  /** File with an access token on each line, one of which everybody must have. Default none. */
  accessTokenFile: text.optional().meta({
    description: 'file with an access token on each line, one of which everybody must have',
    unset: 'none',
    must: 'the path of a file',
    isPath: true,
  }),
  /** Seconds within which a connection must have registered, else it is closed with 1008; 0: no limit. Default 0. */
  registerTimeout: number(0, 86_400)
    .default(0)
    .describe(
      'seconds within which a connection must have registered, else it is closed with 1008; 0: no limit',
    ),
};

export type AdmissionConfig = Values<typeof admissionSettings>;

/** Reads a rate that `connectRate` admits. */
export function readRate(text: string): Rate | undefined {
  const [, perSecond = '0', burst] = rateForm.exec(text) ?? [];
  return Number(perSecond) > 0 ? { perSecond: Number(perSecond), burst: Number(burst) } : undefined;
}
