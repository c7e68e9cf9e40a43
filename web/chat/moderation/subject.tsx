import { useState } from 'preact/hooks';
import { keyOf } from '../mention.ts';
import { timeInWords } from '../words.ts';
import type { Act, ActName, Order, Verdict, Subject as Whom } from './desk.ts';
import { Choice, Confirmed, Dialog, Fault, type View } from './parts.tsx';

/** What a moderator can do about a message and its author, or about a member. */
export function Subject({ subject, ...view }: View & { subject: Whom }) {
  const { desk, texts, words } = view;
  const { name, position } = subject;
  const [reason, setReason] = useState('');
  const [term, setTerm] = useState('1h');
  const { room } = desk;
  const member = room?.members.find(({ nickname }) => nickname === name);
  const isThey = ({ nickname = '' }: Verdict) => keyOf(nickname) === keyOf(name);
  const mute = room?.mutes.find(isThey);
  const ban = room?.bans.find(isThey);
  const isSelf = name === desk.session.client.state.nickname;

  const because = reason.trim() === '' ? {} : { reason: reason.trim() };
  const act = (name: ActName, order: Order): Act => ({ name, order: { ...order, ...because } });
  const timed = (name: ActName, order: Order) =>
    act(name, { ...order, ...(term === '' ? {} : { for: term }) });
  const back = (name: ActName, order: Order): Act => ({ name, order });
  const until = (verdict: Verdict) =>
    verdict.until === null ? texts.forGood : timeInWords(verdict.until, words.language);

  return (
    <Dialog desk={desk} title={name}>
      <dl class="about">
        {member && (
          <>
            <dt>{texts.mask}</dt>
            <dd>
              <code>{member.mask}</code>
            </dd>
            <dt>{texts.state}</dt>
            <dd>
              <code>{member.state}</code>
            </dd>
            <dt>{texts.here}</dt>
            <dd>{timeInWords(member.since, words.language)}</dd>
          </>
        )}
        {mute && (
          <>
            <dt>{texts.mutedUntil}</dt>
            <dd>{until(mute)}</dd>
          </>
        )}
        {ban && (
          <>
            <dt>{texts.bannedUntil}</dt>
            <dd>{until(ban)}</dd>
          </>
        )}
      </dl>
      <p class="quiet" role="status">
        {room === undefined && desk.isBusy ? texts.loading : room !== undefined && !member && texts.absent}
      </p>
      <Fault {...view} />
      {(position !== undefined || !isSelf) && (
        <label>
          {texts.reason}
          <input
            class="field"
            value={reason}
            maxLength={200}
            autocomplete="off"
            dir="auto"
            placeholder={texts.reasonNote}
            onInput={({ currentTarget }) => setReason(currentTarget.value)}
          />
        </label>
      )}
      {position !== undefined && (
        <Confirmed
          {...view}
          label={texts.remove}
          question={texts.removeAsk}
          onConfirm={() => void desk.perform(act('remove', { positions: [position] }))}
        />
      )}
      <Confirmed
        {...view}
        label={texts.erase}
        question={texts.eraseAsk(name)}
        onConfirm={() => void desk.perform(act('erase', { nickname: name }))}
      />
      {!isSelf && (
        <fieldset disabled={desk.isBusy}>
          <Choice label={texts.term} options={texts.terms} value={term} onChoose={setTerm} />
          <div class="actions">
            <button
              type="button"
              class="plain"
              onClick={() =>
                void desk.perform(timed('mute', { nickname: name }), back('unmute', { nickname: name }))
              }
            >
              {texts.mute}
            </button>
            <button
              type="button"
              class="plain"
              onClick={() =>
                void desk.perform(timed('ban', { nickname: name }), back('unban', { nickname: name }))
              }
            >
              {texts.ban}
            </button>
            {member && (
              <>
                <button
                  type="button"
                  class="plain"
                  onClick={() =>
                    void desk.perform(
                      timed('ban', { mask: member.mask }),
                      back('unban', { mask: member.mask }),
                    )
                  }
                >
                  {texts.banAddress}
                </button>
                <button
                  type="button"
                  class="plain"
                  onClick={() => void desk.perform(act('kick', { nickname: name }))}
                >
                  {texts.kick}
                </button>
              </>
            )}
            {mute && (
              <button
                type="button"
                class="plain"
                onClick={() => void desk.perform(back('unmute', { nickname: name }))}
              >
                {texts.unmute}
              </button>
            )}
            {ban && (
              <button
                type="button"
                class="plain"
                onClick={() => void desk.perform(back('unban', { nickname: name }))}
              >
                {texts.unban}
              </button>
            )}
          </div>
        </fieldset>
      )}
      <button type="button" class="primary" onClick={() => desk.open(undefined)}>
        {words.close}
      </button>
    </Dialog>
  );
}
