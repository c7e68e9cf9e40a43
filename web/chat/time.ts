/** Times in the reader's format. Creating a formatter is slow, so each is created once. */

type Style = 'time' | 'day' | 'full';

const styles: Record<Style, Intl.DateTimeFormatOptions> = {
  time: { hour: 'numeric', minute: '2-digit' },
  day: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  full: { dateStyle: 'full', timeStyle: 'medium' },
};
const formats = new Map<string, Intl.DateTimeFormat>();

export function formatTime(date: Date, style: Style, locale: string): string {
  const key = `${style} ${locale}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, styles[style]);
    formats.set(key, format);
  }
  return format.format(date);
}

/** The value of `<time datetime>`. Without a time zone, because the server does not say its own. */
export function machineTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function isSameDay(one: Date, other: Date): boolean {
  return one.toDateString() === other.toDateString();
}
