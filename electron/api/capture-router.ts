import { ScanIn, StartCaptureIn, StopCaptureIn, type CaptureEvent } from '../../shared/api/capture.ts';
import { ready, router } from './trpc.ts';

/** Longest queue of one page; one that reads slower loses the oldest traces and is given the whole state again. */
const MAX_QUEUE = 40;

export const captureRouter = router({
  state: ready.query(({ ctx }) => ctx.ready.capture.state()),
  /** First what is, then what changes; ends when the profile is locked. */
  events: ready.subscription(async function* ({ ctx, signal }): AsyncGenerator<CaptureEvent> {
    const { capture } = ctx.ready;
    const queue: CaptureEvent[] = [];
    let wake: () => void = () => undefined;
    let closed = false;
    const onAbort = () => wake();
    signal?.addEventListener('abort', onAbort);
    const stop = capture.onEvent((event) => { queue.push(event); wake(); }, () => { closed = true; wake(); });
    try {
      while (!signal?.aborted && !closed) {
        if (queue.length > MAX_QUEUE) queue.splice(0, queue.length, { type: 'state', state: capture.state() });
        const next = queue.shift();
        if (next) yield next;
        else await new Promise<void>((resolve) => { wake = resolve; if (signal?.aborted || closed) resolve(); });
      }
    } finally {
      stop();
      signal?.removeEventListener('abort', onAbort);
    }
  }),
  scan: ready.input(ScanIn).mutation(({ ctx, input }) => ctx.ready.capture.scan(input)),
  stopScan: ready.mutation(({ ctx }) => ctx.ready.capture.stopScan()),
  start: ready.input(StartCaptureIn).mutation(({ ctx, input }) => ctx.ready.capture.start(input)),
  stop: ready.input(StopCaptureIn).mutation(({ ctx, input }) => ctx.ready.capture.stop(input)),
});
