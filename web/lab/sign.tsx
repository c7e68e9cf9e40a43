import type { ButtonHTMLAttributes } from 'preact';

type Props = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type' | 'children'> & {
  sign: string;
  /** The sign in words. */
  says: string;
};

/** A button that shows a sign, and says in words what it is for. */
export function SignButton({ sign, says, ...rest }: Props) {
  return (
    <button type="button" class="small" aria-label={says} title={says} {...rest}>
      <span aria-hidden="true">{sign}</span>
    </button>
  );
}
