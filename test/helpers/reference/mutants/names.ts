import { events, replies } from '../../../../src/protocol/replies.ts';
import { type Mutant, right } from '../mutant.ts';
import type { Peer } from '../server.ts';

export const names: Mutant[] = [
  {
    title: 'counts the UTF-16 units of a nickname',
    does: {
      isNickname(value) {
        return right.isNickname.call(this, value) && `${value}`.length <= 100;
      },
    },
    breaks: ['P-NAME-1'],
  },
  {
    title: 'takes nicknames of any length',
    does: {
      isNickname(value) {
        return this.isText(value, 10_000) && this.keyOf(value) !== '';
      },
    },
    breaks: ['P-NAME-1'],
  },
  {
    title: 'takes a lone surrogate in a nickname',
    does: {
      isNickname(value) {
        return right.isNickname.call(this, typeof value === 'string' ? value.toWellFormed() : value);
      },
    },
    breaks: ['P-NAME-1'],
  },
  {
    title: 'echoes a refused nickname as text',
    does: {
      checkForm(peer, type, request) {
        const refusal = right.checkForm.call(this, peer, type, request);
        const name = `${request['name']}`;
        return refusal && type === 'name'
          ? replies.nameRefused({ oldname: peer.nickname, nickname: name })
          : refusal;
      },
    },
    breaks: ['P-NAME-1'],
  },
  {
    title: 'lets everybody have any nickname',
    does: { isTaken: () => false },
    breaks: ['P-NAME-2'],
  },
  {
    title: 'keeps a nickname taken after it was changed',
    does: () => {
      const former = new Set<string>();
      return {
        isTaken(peer, nickname) {
          return right.isTaken.call(this, peer, nickname) || former.has(nickname);
        },
        hold(peer, nickname) {
          if (peer.nickname !== undefined) former.add(peer.nickname);
          right.hold.call(this, peer, nickname);
        },
      };
    },
    breaks: ['P-NAME-2'],
  },
  {
    title: 'trims nicknames',
    does: {
      name(peer, request) {
        right.name.call(this, peer, { ...request, name: `${request['name']}`.trim() });
      },
    },
    breaks: ['P-NAME-3'],
  },
  {
    title: 'ignores nothing but case when it compares nicknames',
    does: {
      keyOf(nickname) {
        return right.keyOf.call(this, nickname) && nickname.toLowerCase();
      },
    },
    breaks: ['P-NAME-3'],
  },
  {
    title: 'lets a member take the nickname that it has',
    does: {
      isTaken(peer, nickname) {
        return peer.nickname !== nickname && right.isTaken.call(this, peer, nickname);
      },
    },
    breaks: ['P-NAME-4'],
  },
  {
    title: 'refuses a change of case only',
    does: {
      isTaken(_, nickname) {
        return this.members.some((member) => this.keyOf(`${member.nickname}`) === this.keyOf(nickname));
      },
    },
    breaks: ['P-NAME-4'],
  },
  {
    title: 'gives a nickname to all who ask for it in one turn of its event loop',
    does: () => {
      const recent = new Set<Peer>();
      return {
        isTaken(peer, nickname) {
          const members = this.members.filter((member) => member === peer || !recent.has(member));
          return right.isTaken.call(Object.assign(Object.create(this), { members }), peer, nickname);
        },
        hold(peer, nickname) {
          recent.add(peer);
          setImmediate(() => recent.delete(peer));
          right.hold.call(this, peer, nickname);
        },
      };
    },
    breaks: ['P-NAME-5'],
  },
  {
    title: 'takes control characters in a nickname',
    does: {
      keyOf(nickname) {
        return right.keyOf.call(this, nickname.replace(/\p{Cc}/gu, 'x'));
      },
    },
    breaks: ['P-NAME-6'],
  },
  {
    title: 'takes a nickname of nothing but spaces',
    does: {
      keyOf(nickname) {
        return right.keyOf.call(this, nickname) || nickname;
      },
    },
    breaks: ['P-NAME-6'],
  },
  {
    title: 'compares nicknames without their diacritics',
    does: {
      keyOf(nickname) {
        return right.keyOf.call(this, nickname.normalize('NFD').replace(/\p{M}/gu, ''));
      },
    },
    breaks: ['P-NAME-3'],
  },
  {
    title: 'takes `rn` for `m`',
    does: {
      keyOf(nickname) {
        return right.keyOf.call(this, nickname).replaceAll('rn', 'm');
      },
    },
    breaks: ['P-NAME-7'],
  },
  {
    title: 'answers a change like a registration',
    does: {
      name(peer, request) {
        const [oldname, name] = [peer.nickname, `${request['name']}`];
        if (oldname === undefined) {
          right.name.call(this, peer, request);
          return;
        }
        const timestamp = this.timestamp();
        this.hold(peer, name);
        this.tell(peer, replies.named({ oldname: undefined, nickname: name }, timestamp));
        this.tellOthers(peer, events.changed(oldname, name, timestamp));
      },
    },
    breaks: ['P-NAME-2'],
  },
];
