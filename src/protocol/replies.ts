/**
 * Every reply and every event of the contract, one constructor a row, keys in the contract's order. Nothing else builds
 * one. The reply to a done `get` is made around shared bytes and stands here as what surrounds them.
 */

/** One message of the history, as it is stored and shown. */
export type Message = { name: string; content: string; timestamp: string };

/** What a reply says of a nickname's registration or change; `oldname` is there when one was held already. */
type Claim = { oldname: string | undefined; nickname: unknown };

const claimed = ({ oldname, nickname }: Claim) =>
  oldname === undefined
    ? ({ type: 'name', action: 'register', name: nickname } as const)
    : ({ type: 'name', action: 'change', oldname, newname: nickname } as const);

export const replies = {
  wrongFormatJson: () => ({ status: false, reason: 'WrongFormatJSON' }) as const,
  unknownType: () => ({ type: null, status: false, reason: 'UnknownType' }) as const,
  notEnoughKey: (type: 'name' | 'send', need: 'name' | 'content') =>
    ({ type, status: false, reason: 'NotEnoughKey', need }) as const,
  unknownRegister: (type: 'get' | 'send') => ({ type, status: false, reason: 'UnknownRegister' }) as const,

  /** `resume`: the secret of the holding, where one was asked for (P-RES-1). */
  named: (claim: Claim, timestamp: string, resume?: string) =>
    ({ ...claimed(claim), status: true, timestamp, ...(resume === undefined ? {} : { resume }) }) as const,
  nameTaken: (claim: Claim) => ({ ...claimed(claim), status: false, reason: 'NameAlreadyUsed' }) as const,
  nameRefused: (claim: Claim) => ({ ...claimed(claim), status: false, reason: 'WrongFormatName' }) as const,
  nameFailed: (claim: Claim, error: string) => {
    const reason = claim.oldname === undefined ? 'ErrorWhenRegister' : 'ErrorWhenChange';
    return { ...claimed(claim), status: false, reason, error } as const;
  },

  /** A done `get` around its messages and its array of nicknames, which are bytes already: before, between, behind. */
  gotten: (name: string, timestamp: string, part?: { total: number; first: number }) => {
    const start = JSON.stringify({ type: 'get', status: true, name, timestamp });
    const extension = part === undefined ? '' : `,"total":${part.total},"first":${part.first}`;
    return [`${start.slice(0, -1)},"data":{"message":[`, '],"online":', `${extension}}}`] as const;
  },
  getFailed: (name: string, error: string) =>
    ({ type: 'get', name, status: false, reason: 'ErrorWhenGet', error }) as const,

  sent: ({ name, content, timestamp }: Message) =>
    ({ type: 'send', name, content, status: true, timestamp }) as const,
  /** `username` here, `name` above: the contract says both. */
  sendRefused: (username: string, content: unknown) =>
    ({ type: 'send', username, content, status: false, reason: 'WrongFormatContent' }) as const,
  sendFailed: (username: string, content: string, error: string) =>
    ({ type: 'send', username, content, status: false, reason: 'ErrorWhenSend', error }) as const,
};

export const events = {
  registered: (name: string, timestamp: string) =>
    ({ type: 'receive', datatype: 'register', name, timestamp }) as const,
  changed: (oldname: string, newname: string, timestamp: string) =>
    ({ type: 'receive', datatype: 'change', oldname, newname, timestamp }) as const,
  message: ({ name, content, timestamp }: Message) =>
    ({ type: 'receive', datatype: 'message', name, content, timestamp }) as const,
  left: (name: string, timestamp: string) =>
    ({ type: 'receive', datatype: 'leave', name, timestamp }) as const,
  /** `timeout`: the interval in seconds (P-EVT-3). */
  ping: (timeout: number) => ({ type: 'ping', timeout }) as const,
};

type Made<Table extends Record<string, (...args: never[]) => unknown>> = ReturnType<Table[keyof Table]>;

/** A reply that is one JSON object: all of them but a done `get`. */
export type Reply = Exclude<Made<typeof replies>, readonly string[]>;
export type Refusal = Extract<Reply, { status: false }>;
export type Event = Made<typeof events>;
