import { type Refusal, replies } from './replies.ts';
import { type AskedWindow, askedWindow } from './window.ts';

/** A frame that was understood. Its values are as they were sent; the machine decides whether they are valid. */
export type Request =
  /** `resume`: `true` asks for a secret; a string is the secret of a holding to take over (P-RES-1, P-RES-2). */
  | { type: 'name'; name: unknown; resume?: true | string }
  | { type: 'get'; window: AskedWindow | undefined }
  | { type: 'send'; content: unknown };

/** A frame that was not understood, with the reply to it. */
export type Unreadable = { type: 'unreadable'; reply: Refusal };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads one frame, given as text or as bytes (P-REQ-1 to P-REQ-5, in the order of P-REQ-6). Never throws. */
export function readRequest(frame: string | Uint8Array): Request | Unreadable {
  let value: unknown;
  try {
    value = JSON.parse(typeof frame === 'string' ? frame : utf8.decode(frame));
  } catch {
    return unreadable(replies.wrongFormatJson());
  }
  if (typeof value !== 'object' || value === null) return unreadable(replies.unknownType());
  // JSON.parse makes every key an own property, even `__proto__`. Inherited ones must not count.
  const own = (key: string): unknown => (Object.hasOwn(value, key) ? value[key as never] : undefined);
  switch (Object.hasOwn(value, 'data') ? own('data') : own('type')) {
    case 'name':
      if (!Object.hasOwn(value, 'name')) return unreadable(replies.notEnoughKey('name', 'name'));
      return { type: 'name', name: own('name'), ...resumeOf(own('resume')) };
    case 'get':
      return { type: 'get', window: askedWindow(value) };
    case 'send':
      if (!Object.hasOwn(value, 'content')) return unreadable(replies.notEnoughKey('send', 'content'));
      return { type: 'send', content: own('content') };
    default:
      return unreadable(replies.unknownType());
  }
}

function resumeOf(resume: unknown): { resume?: true | string } {
  return resume === true || typeof resume === 'string' ? { resume } : {};
}

const unreadable = (reply: Refusal): Unreadable => ({ type: 'unreadable', reply });
