import { WINDOW_US } from './motion.ts';
import { createSpans, type Spans } from './spans.ts';

/** Windows of 10 s that cost something, in time order: those that touch are one span. */
export function createWindowRuns() {
  const spans = createSpans();
  let ms = 0;
  let [from, to] = [0, 0];
  const end = () => { if (to > from) spans.add(from * WINDOW_US, to * WINDOW_US); };
  return {
    /** @param cost milliseconds of it */
    add(window: number, cost: number): void {
      ms += cost;
      if (window === to && to > from) { to++; return; }
      end();
      from = window;
      to = window + 1;
    },
    /** Once. `time` in microseconds. */
    finish(): { time: number; spans: Spans } { end(); return { time: ms * 1000, spans }; },
  };
}
