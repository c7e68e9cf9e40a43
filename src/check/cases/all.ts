import type { Case } from '../case.ts';
import { connectCases } from './connect.ts';
import { eventCases } from './events.ts';
import { extensionCases } from './extensions.ts';
import { fileCases } from './files.ts';
import { formCases } from './forms.ts';
import { fullDiskCases } from './full-disk.ts';
import { limitCases } from './limits.ts';
import { livenessCases } from './liveness.ts';
import { nameCases } from './name.ts';
import { orderCases } from './order.ts';
import { resumingCases } from './resuming.ts';
import { sendAndGetCases } from './send-and-get.ts';
import { storageCases } from './storage.ts';

/** All cases. Within a stage they are tried in this order. */
export const allCases: readonly Case[] = [
  ...connectCases,
  ...formCases,
  ...nameCases,
  ...sendAndGetCases,
  ...eventCases,
  ...orderCases,
  ...livenessCases,
  ...limitCases,
  ...extensionCases,
  ...resumingCases,
  ...storageCases,
  ...fullDiskCases,
  ...fileCases,
];
