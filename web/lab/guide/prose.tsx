import { useState } from 'preact/hooks';
import type { GuideWords } from './en.ts';

type Props = { text: string; said: GuideWords; onRule: (rule: string) => void };

/** The Markdown of a lesson: paragraphs and blocks of code, with code, words in bold, emphasis, links and rules in them. */
export const Prose = ({ text, said, onRule }: Props) => (
  <>
    {text.split(/\n\n+/).map((block) => {
      const code = /^```.*\n([\s\S]*)\n```$/.exec(block)?.[1];
      if (code !== undefined) return <Command key={block} text={code} said={said} />;
      return (
        <p key={block}>
          <Line text={block.replace(/\s+/g, ' ')} onRule={onRule} />
        </p>
      );
    })}
  </>
);

const mark = /(`[^`]+`|\*\*[^*]+\*\*|\*[^*]+\*|\[P-[A-Z]+-\d+\]|\[[^\]]+\]\([^)]+\))/;

function Line({ text, onRule }: Omit<Props, 'said'>) {
  return (
    <>
      {text.split(mark).map((part) => {
        if (part.startsWith('`')) return <code>{part.slice(1, -1)}</code>;
        if (part.startsWith('**')) return <b>{part.slice(2, -2)}</b>;
        if (part.startsWith('*')) return <em>{part.slice(1, -1)}</em>;
        const rule = /^\[(P-.+)\]$/.exec(part)?.[1];
        if (rule !== undefined)
          return (
            <button type="button" class="link" data-rule-of-step={rule} onClick={() => onRule(rule)}>
              {rule}
            </button>
          );
        // What it leads to is a file beside the lessons, which no server of the lab has.
        const [, label, target] = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part) ?? [];
        return label === undefined ? part : <span title={target}>{label}</span>;
      })}
    </>
  );
}

/** A command for a terminal. */
function Command({ text, said }: { text: string; said: GuideWords }) {
  const [isCopied, setCopied] = useState(false);
  // Without the clipboard the command can still be selected.
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => {},
    );
  return (
    <div class="command">
      <pre>{text}</pre>
      <button type="button" class="plain" onClick={() => void copy()}>
        {isCopied ? said.copied : said.copy}
      </button>
    </div>
  );
}
