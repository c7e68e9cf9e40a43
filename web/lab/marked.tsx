/** Markdown with code and emphasis. */
export const Marked = ({ text }: { text: string }) => (
  <>
    {text.split(/(`[^`]+`|\*[^*]+\*)/).map((part) => {
      if (part.startsWith('`')) return <code>{part.slice(1, -1)}</code>;
      return part.startsWith('*') ? <em>{part.slice(1, -1)}</em> : part;
    })}
  </>
);
