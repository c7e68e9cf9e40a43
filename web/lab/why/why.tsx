import { labelsOf } from '../../../src/charts/chart.ts';
import type { Candidate, Evaluated } from '../../../src/machines/fact.ts';
import type { Language } from '../../chat/words.ts';
import { ForkView } from '../fork/fork.tsx';
import type { Lab } from '../lab.ts';
import { Marked } from '../marked.tsx';
import type { WhyWords } from './en.ts';
import { fieldsOf, rowsOf } from './rows.ts';
import { factsIn, whyWords } from './said.ts';
import './why.css';

/** The rule that a guard keeps. */
const ruleOf: Record<string, string> = {
  isNickname: 'P-NAME-1',
  isContent: 'P-SEND-1',
  isAllowed: 'P-MOD-3',
  isReturning: 'P-RES-2',
  isNextAllowed: 'P-REQ-7',
  isMuted: 'P-MOD-3',
  isWindow: 'P-GET-3',
  isNamed: 'P-NAME-2',
  isLast: 'P-REQ-7',
  isResumed: 'P-RES-2',
  isResumable: 'P-RES-3',
};

type Props = { lab: Lab; language: Language };

/** Why the last event of the chosen actor led where it did, and what it has changed. */
export function WhyView({ lab, language }: Props) {
  const said = whyWords[language];
  const actor = lab.world.actors.get(lab.selection.session ?? '');
  const { step, machine = '' } = actor ?? {};
  const chart = lab.options.charts[machine];
  if (step === undefined || chart === undefined) return null;
  const { event, before, after, why } = step;
  const payload = fieldsOf(event).filter(([field]) => field !== 'type');
  return (
    <details class="why" data-why={event.type}>
      <summary>{said.title}</summary>
      <p>
        {said.event}: <code>{event.type}</code>
        {payload.map(([field, text]) => (
          <span key={field} class="payload">
            {' '}
            {field} <code data-payload={field}>{text}</code>
          </span>
        ))}
      </p>
      {why?.every(({ isTaken }) => !isTaken) && <p>{said.ignored}</p>}
      <ul class="candidates">
        {why?.map((one) => (
          <CandidateView
            key={one.id}
            candidate={one}
            label={labelsOf(chart, [one.id]).join()}
            said={said}
            rules={lab.options.rules[language]}
          />
        ))}
      </ul>
      {machine === 'connection' && <ForkView lab={lab} language={language} />}
      <ContextView before={before} after={after} said={said} />
    </details>
  );
}

type CandidateProps = {
  candidate: Candidate;
  label: string;
  said: WhyWords;
  rules: Readonly<Record<string, string>>;
};

function CandidateView({ candidate: { id, guard, isTaken }, label, said, rules }: CandidateProps) {
  const way = isTaken ? 'taken' : guard === undefined ? 'unasked' : 'refused';
  return (
    <li data-candidate={id} data-way={way}>
      <span aria-hidden="true">{{ taken: '✓', refused: '✗', unasked: '·' }[way]}</span> <code>{label}</code>{' '}
      <small>{said.led[way]}</small>
      {guard && <GuardView guard={guard} said={said} rules={rules} />}
    </li>
  );
}

type GuardProps = { guard: Evaluated; said: WhyWords; rules: Readonly<Record<string, string>> };

/** `isContent = false: 104 characters, at most 100`, and the same of each guard that it asks. */
function GuardView({ guard: evaluated, said, rules }: GuardProps) {
  const { guard, verdict, parts = [] } = evaluated;
  const facts = factsIn(evaluated, said);
  const rule = ruleOf[guard] ?? '';
  return (
    <div class="guard" data-guard={guard} data-verdict={verdict}>
      <code>
        {guard} = {`${verdict}`}
      </code>
      {facts !== '' && `: ${facts}`}{' '}
      {Object.hasOwn(rules, rule) && (
        <details class="rule-text">
          <summary aria-label={`${said.rule} ${rule}`}>{rule}</summary>
          <p>
            <Marked text={rules[rule] ?? ''} />
          </p>
        </details>
      )}
      {parts.map((part) => (
        <GuardView key={part.guard} guard={part} said={said} rules={rules} />
      ))}
    </div>
  );
}

function ContextView({ before, after, said }: { before: unknown; after: unknown; said: WhyWords }) {
  const rows = rowsOf(before, after);
  if (rows.length === 0) return null;
  return (
    <table class="context">
      <thead>
        <tr>
          {[said.field, said.before, said.after].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ field, isChanged, ...values }) => (
          <tr key={field} data-field={field} data-changed={isChanged ? '' : undefined}>
            <th scope="row">
              {field}
              {isChanged && <span class="unseen"> ({said.changed})</span>}
            </th>
            <td>{values.before ?? said.nothing}</td>
            <td>{values.after ?? said.nothing}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
