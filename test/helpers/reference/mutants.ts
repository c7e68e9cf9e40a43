import type { Mutant } from './mutant.ts';
import { events } from './mutants/events.ts';
import { messages } from './mutants/messages.ts';
import { names } from './mutants/names.ts';
import { requests } from './mutants/requests.ts';

export const mutants: readonly Mutant[] = [...requests, ...names, ...messages, ...events];
