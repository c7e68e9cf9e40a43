/** Sounds and notifications for what is said while nobody looks at the page. Off until the reader asks for them. */
import type { ChatMessage } from '../../src/client/client.ts';
import type { Session } from './session.ts';
import { recall, remember } from './storage.ts';

export type Alert = 'sound' | 'notification';

export const isOn = (alert: Alert): boolean => recall('localStorage', alert) === 'on';

/** Turns one on or off, and resolves to how it is now: without the browser's leave no notification is shown. */
export async function turn(alert: Alert, isWanted: boolean, session: Session): Promise<boolean> {
  const isAllowed = alert === 'sound' || !isWanted || (await Notification.requestPermission()) === 'granted';
  const isNow = isWanted && isAllowed;
  remember('localStorage', alert, isNow ? 'on' : undefined);
  if (isNow && alert === 'sound') ring(false);
  watch(session);
  return isNow;
}

/** From now on what nobody has seen is heard and shown, as far as that is on. */
export function watch(session: Session): void {
  session.onUnread = (message, isMention) => {
    if (!document.hidden && session.isListShown()) return;
    if (isOn('sound')) ring(isMention);
    if (isOn('notification')) notify(message, session);
  };
}

let stopWatching = () => {};

/** The newest takes the place of the one before it. One whose message has been removed goes. */
function notify({ name, content, position }: ChatMessage, { client }: Session): void {
  const notification = new Notification(name, { body: content, tag: 'classic-chatbox', icon: './icon.svg' });
  stopWatching();
  stopWatching = client.on('removed', (removed) => {
    if (removed.position === position) notification.close();
  });
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
}

/** In hertz, one after the other: falling for a message, rising for one that means the reader. */
const tones = { message: [660, 550], mention: [660, 830, 990] };
/** Of one tone, in seconds. */
const toneLength = 0.12;
let audio: AudioContext | undefined;

function ring(isMention: boolean): void {
  audio ??= new AudioContext();
  const volume = new GainNode(audio, { gain: 0.08 });
  volume.connect(audio.destination);
  for (const [index, frequency] of tones[isMention ? 'mention' : 'message'].entries()) {
    const tone = new OscillatorNode(audio, { frequency });
    const start = audio.currentTime + index * toneLength;
    tone.connect(volume);
    tone.start(start);
    tone.stop(start + toneLength);
  }
}
