import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Language } from '../../chat/words.ts';
import type { Lab } from '../lab.ts';
import { QueuesView } from '../queues/queues.tsx';
import { SignButton } from '../sign.tsx';
import { ChartView, ZoomView } from '../statechart.tsx';
import type { Words } from '../words.ts';
import type { ClassWords } from './en.ts';
import { LoadView, StateView } from './seat.tsx';
import type { Seat } from './seats.ts';

type Props = {
  lab: Lab;
  words: Words;
  language: Language;
  said: ClassWords;
  /** `undefined` if the connection has ended, or is not there yet at the moment that is shown. */
  seat: Seat | undefined;
  isLarge: boolean;
  onBack: () => void;
};

/** One connection for the projector: who it is, and its chart over the whole page. */
export function SpotlightView({ lab, words, said, language, seat, isLarge, onBack }: Props) {
  const section = useRef<HTMLElement>(null);
  // From the back of the room a whole chart is too small to read; its state is in sight anyway.
  const [zoom, setZoom] = useState({ isFit: false, steps: 0 });
  // The keys of the grid no longer lead anywhere, and a reader of the screen is told what has come in its place.
  useLayoutEffect(() => section.current?.focus(), []);
  const name = seat?.name ?? lab.world.actors.get(lab.selection.session ?? '')?.name ?? '?';
  return (
    <section
      class="spotlight"
      ref={section}
      tabIndex={-1}
      aria-label={said.spotlight(name)}
      data-spotlight={name}
    >
      <header>
        <SignButton sign="✕" id="class-back" says={said.toGrid} onClick={onBack} />
        {seat !== undefined && (
          <>
            <b class="who">
              {seat.name} <bdi>{seat.nickname ?? said.nobody}</bdi>
            </b>
            <StateView leaf={seat.leaf} />
            <LoadView seat={seat} said={said} />
          </>
        )}
        <ZoomView zoom={zoom} words={words} onZoom={setZoom} />
      </header>
      <ChartView {...{ lab, words, language, zoom, isLarge }} machine={undefined} onZoom={setZoom} />
      <QueuesView lab={lab} language={language} />
    </section>
  );
}
