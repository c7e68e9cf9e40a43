import { type Mutant, right } from '../mutant.ts';

export const messages: Mutant[] = [
  {
    title: 'shows the newest two messages only',
    does: {
      messages(asked) {
        return asked === undefined ? { message: this.history.slice(-2) } : right.messages.call(this, asked);
      },
    },
    breaks: ['P-GET-1'],
  },
  {
    title: 'shows the newest message first',
    does: {
      messages(asked) {
        return asked === undefined
          ? { message: this.history.toReversed() }
          : right.messages.call(this, asked);
      },
    },
    breaks: ['P-GET-1'],
  },
  {
    title: 'leaves the asker out of `online`',
    does: {
      get(peer, request) {
        const { online } = this;
        this.online = () => online.call(this).filter((name) => name !== peer.nickname);
        right.get.call(this, peer, request);
        this.online = online;
      },
    },
    breaks: ['P-GET-1'],
  },
  {
    title: 'moves a changed nickname to the end of `online`',
    does: {
      hold(peer, nickname) {
        const place = this.members.indexOf(peer);
        if (place >= 0) this.members.splice(place, 1);
        right.hold.call(this, peer, nickname);
      },
    },
    breaks: ['P-GET-1'],
  },
  {
    title: 'counts positions from 1',
    does: {
      messages(asked) {
        const { first, ...others } = right.messages.call(this, asked);
        return { ...others, ...(typeof first === 'number' ? { first: first + 1 } : {}) };
      },
    },
    breaks: ['P-GET-2'],
  },
  {
    title: 'takes the oldest messages where the newest are asked for',
    does: {
      messages(asked) {
        return right.messages.call(this, asked && { after: 0, ...asked });
      },
    },
    breaks: ['P-GET-2'],
  },
  {
    title: 'takes a number in quotes',
    does: {
      get(peer, request) {
        const { limit } = request;
        right.get.call(
          this,
          peer,
          typeof limit === 'string' ? { ...request, limit: Number(limit) } : request,
        );
      },
    },
    breaks: ['P-GET-3'],
  },
  {
    title: 'counts the UTF-16 units of a message',
    does: {
      isContent(value) {
        return right.isContent.call(this, value) && `${value}`.length <= 100;
      },
    },
    breaks: ['P-SEND-1'],
  },
  {
    title: 'takes an empty message',
    does: {
      isContent(value) {
        return value === '' || right.isContent.call(this, value);
      },
    },
    breaks: ['P-SEND-1'],
  },
  {
    title: 'says `name` for `username` when it refuses a message',
    does: {
      checkForm(peer, type, request) {
        const refusal = right.checkForm.call(this, peer, type, request);
        if (refusal === undefined || type !== 'send') return refusal;
        const { content } = request;
        return { type, name: peer.nickname, content, status: false, reason: 'WrongFormatContent' };
      },
    },
    breaks: ['P-SEND-1'],
  },
  {
    title: 'escapes messages for HTML',
    does: {
      send(peer, request) {
        right.send.call(this, peer, { ...request, content: `${request['content']}`.replaceAll('<', '&lt;') });
      },
    },
    breaks: ['P-SEND-1'],
  },
  {
    title: 'sends events of messages by a slower way than replies',
    does: {
      tellOthers(peer, event) {
        const tell = () => right.tellOthers.call(this, peer, event);
        if (event['datatype'] === 'message') setTimeout(tell, 2);
        else tell();
      },
    },
    breaks: ['P-SEND-4'],
  },
  {
    title: 'writes the history anew when a nickname changes',
    does: {
      hold(peer, nickname) {
        for (const message of this.history) if (message.name === peer.nickname) message.name = nickname;
        right.hold.call(this, peer, nickname);
      },
    },
    breaks: ['P-SEND-5'],
  },
];
