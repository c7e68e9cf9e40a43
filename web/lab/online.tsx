import type { Lab } from './lab.ts';
import type { Words } from './words.ts';

type Props = { lab: Lab; words: Words };

/** Which of the processes that share the room is shown. */
export function ProcessView({ lab, words: { process: said } }: Props) {
  const { process, chatUrl } = lab.options;
  if (process === undefined || chatUrl === undefined) return null;
  const node = lab.world.named('redis')?.node;
  return (
    <span class="process" data-process={process.pid} data-node={node}>
      {said.which(process.pid, new URL(chatUrl).host)} <span>{said.node(node)}</span>
    </span>
  );
}

/** Who is online in all these processes, and where. */
export function OnlineView({ lab, words: { online: said } }: Props) {
  const { online } = lab.world;
  if (online === undefined) return null;
  return (
    <section class="online" aria-label={said.title(online.count, online.elsewhere)}>
      <h3>{said.title(online.count, online.elsewhere)}</h3>
      <ul>
        {online.members.map((member) =>
          'more' in member ? (
            <li key="">{said.more(member.more)}</li>
          ) : (
            <li
              key={member.nickname}
              data-member={member.nickname}
              data-where={member.connection ?? 'elsewhere'}
            >
              {member.nickname} <span class="leaf">{member.connection ?? said.elsewhere}</span>
            </li>
          ),
        )}
      </ul>
    </section>
  );
}
