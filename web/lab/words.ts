/** All texts of the lab, in each language. */
import type { Language } from '../chat/words.ts';
import { en, type Words } from './en.ts';
import { vi } from './vi.ts';

export type { Words };

export const dictionaries: Record<Language, Words> = { en, vi };
