/** Which rules of the protocol a frame is an example of, the deciding one first. */

import { nicknameKey } from '../../src/protocol/nickname.ts';
import { readRequest } from '../../src/protocol/request.ts';
import { isWindow } from '../../src/protocol/window.ts';

const ofReason: Record<string, string[]> = {
  WrongFormatJSON: ['P-REQ-3'],
  UnknownType: ['P-REQ-4'],
  NotEnoughKey: ['P-REQ-5'],
  UnknownRegister: ['P-REQ-6'],
  NameAlreadyUsed: ['P-NAME-5', 'P-NAME-3'],
  ErrorWhenRegister: ['P-REQ-7'],
  ErrorWhenChange: ['P-REQ-7'],
  ErrorWhenGet: ['P-GET-3'],
  WrongFormatContent: ['P-SEND-1'],
  ErrorWhenSend: ['P-SEND-3'],
};
const ofEvent: Record<string, string[]> = {
  register: ['P-EVT-1'],
  change: ['P-EVT-1'],
  message: ['P-EVT-1', 'P-SEND-4'],
  leave: ['P-EVT-2'],
  remove: ['P-MOD-1'],
  notice: ['P-MOD-4'],
};
/** How the house says no. An error that is masked cannot be told from one of the disk. */
const objection = /^(?:you are muted|the room is read-only|newcomers may|it has a word|this nickname is)\b/;
const ofDone: Record<string, string[]> = { name: ['P-NAME-2', 'P-TIME-3'], send: ['P-SEND-2', 'P-TIME-3'] };

type Frame = Record<string, unknown>;

/** A frame as an object; an empty object if it is not one. */
export function objectIn(text: string): Frame {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

export function rulesOfRequest(text: string): string[] {
  const request = readRequest(text);
  const isPublished = request.type !== 'unreadable' && !Object.hasOwn(objectIn(text), 'data');
  return [...rulesOfCommand(request), ...(isPublished ? ['P-REQ-2'] : [])];
}

function rulesOfCommand(request: ReturnType<typeof readRequest>): string[] {
  switch (request.type) {
    case 'unreadable':
      return ofReason[request.reply.reason] ?? [];
    case 'name':
      return [nameRule(request.name), ...resumeRules(request.resume)];
    case 'get':
      if (request.window === undefined) return ['P-GET-1'];
      return [isWindow(request.window) ? 'P-GET-2' : 'P-GET-3'];
    case 'send':
      return ['P-SEND-1'];
  }
}

function resumeRules(resume: true | string | undefined): string[] {
  if (resume === undefined) return [];
  return [resume === true ? 'P-RES-1' : 'P-RES-2'];
}

const nameRule = (name: unknown) =>
  typeof name === 'string' && name !== '' && nicknameKey(name, 'nickname') === '' ? 'P-NAME-6' : 'P-NAME-1';

export function rulesOfAnswer(text: string): string[] {
  const { type, datatype, status, reason, name, oldname, newname, data, resume, error } = objectIn(text);
  if (type === 'ping') return ['P-EVT-3'];
  if (type === 'receive') return ofEvent[`${datatype}`] ?? [];
  if (status === false) {
    if (reason === 'WrongFormatName') return [nameRule(newname ?? name)];
    if (reason === 'NameAlreadyUsed' && oldname !== undefined && oldname === newname) return ['P-NAME-4'];
    if (objection.test(`${error}`)) return ['P-MOD-3'];
    return ofReason[`${reason}`] ?? [];
  }
  if (type === 'get') return [Object.hasOwn(Object(data), 'total') ? 'P-GET-2' : 'P-GET-1'];
  return [...(ofDone[`${type}`] ?? []), ...(resume === undefined ? [] : ['P-RES-1'])];
}

/** Sums up a frame in a word or two. */
export function gistOf(text: string): string {
  const { type, datatype, status, reason } = objectIn(text);
  if (type === 'receive') return `receive ${datatype}`;
  if (status === false) return `${reason}`;
  return status === true ? `${type} ✓` : `${type}`;
}

export const isPing = (text: string) => objectIn(text)['type'] === 'ping';

/** Whether a frame is a reply to a request, and not an event or a ping. */
export const isReply = (text: string) => Object.hasOwn(objectIn(text), 'status');
