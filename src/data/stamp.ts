/** A moment as it stands in the names of files: `2026-11-27T060000`, in UTC, so that names sort by time. */
export const stampOf = (moment: Date) => moment.toISOString().slice(0, 19).replaceAll(':', '');

export const stampLength = '2026-11-27T060000'.length;
export const isStamp = (text: string) => /^\d{4}-\d\d-\d\dT\d{6}$/.test(text);
