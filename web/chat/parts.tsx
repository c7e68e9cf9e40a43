import { useMemo } from 'preact/hooks';
import { split } from './split.ts';

/** So many messages at once are still something that others want to read. */
const most = 20;

type Props = {
  text: string;
  /** The most code points of a message. */
  max: number;
  label: (count: number) => string;
  onSend: (parts: readonly string[]) => void;
};

/** Offers to send what is too long for one message as several. */
export function Parts({ text, max, label, onSend }: Props) {
  const parts = useMemo(() => (text.length > 2 * max * most ? [] : split(text, max)), [text, max]);
  if (parts.length === 0 || parts.length > most) return null;
  return (
    <button type="button" class="plain" onClick={() => onSend(parts)}>
      {label(parts.length)}
    </button>
  );
}
