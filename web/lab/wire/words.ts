import type { Language } from '../../chat/words.ts';
import { en, type WireWords } from './en.ts';
import { vi } from './vi.ts';

export const wireWords: Record<Language, WireWords> = { en, vi };
