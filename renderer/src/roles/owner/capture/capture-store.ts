import { create } from 'zustand';
import type { CaptureEvent, CaptureState, LiveSamples } from '../../../../../shared/api/capture.ts';
import type { ErrorView } from '../../../../../shared/api/common.ts';
import { api } from '../../../api/client.ts';
import { errorOf } from '../../../api/error.ts';
import { createPlayhead } from './playhead.ts';
import { createTraceBuffer, TRACE_SECONDS, type TraceBuffer } from './trace-buffer.ts';

type Shown = { state: CaptureState | null; /** The app's clock when the figures were taken. */ at: number | null; error: ErrorView | null };

/** What is near and what is being recorded. The rows of the traces stay outside: no component is drawn anew for them. */
export const captureStore = create<Shown>(() => ({ state: null, at: null, error: null }));

const RETRY_MS = 1000;
/** Rows are kept a little longer than they are shown. */
const KEEP_SECONDS = TRACE_SECONDS + 4;

const buffers = new Map<string, TraceBuffer>();
/** One for all traces: they move together. */
export const playhead = createPlayhead();

const nameOf = (capture: string, stream: string): string => `${capture}\n${stream}`;

/** The rows of one stream for as long as the page is shown; begun by whoever asks first. */
export function traceOf(capture: string, stream: string, components: number, nominalRateHz: number | null): TraceBuffer {
  const name = nameOf(capture, stream);
  let buffer = buffers.get(name);
  if (!buffer) buffers.set(name, buffer = createTraceBuffer(components, KEEP_SECONDS, nominalRateHz));
  return buffer;
}

function keep(samples: LiveSamples): void {
  const capture = captureStore.getState().state?.captures.find((c) => c.id === samples.capture);
  const stream = capture?.streams.find((s) => s.name === samples.stream);
  if (stream) traceOf(samples.capture, samples.stream, stream.components.length, stream.nominalRateHz).add(samples.t.map((ms) => ms / 1000), samples.columns);
}

function take(event: CaptureEvent): void {
  if (event.type === 'state') {
    captureStore.setState({ state: event.state, error: null });
    forgetEnded(event.state);
    return;
  }
  playhead.heard(event.at / 1000);
  captureStore.setState(({ state }) => ({ state: state && { ...state, captures: event.captures }, at: event.at }));
  for (const samples of event.samples) keep(samples);
}

function forgetEnded(state: CaptureState): void {
  const running = new Set(state.captures.map((c) => c.id));
  for (const name of buffers.keys()) if (!running.has(name.split('\n')[0]!)) buffers.delete(name);
}

let watchers = 0;
let stop: () => void = () => undefined;

function subscribe(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const begin = () => {
    if (ended) return;
    const again = (error: unknown) => {
      if (ended) return;
      captureStore.setState({ error: errorOf(error) });
      clearTimeout(timer);
      timer = setTimeout(begin, RETRY_MS);
    };
    const subscription = api.capture.events.subscribe(undefined, { onData: take, onError: again, onComplete: () => again(new Error('ended')) });
    stop = () => { ended = true; clearTimeout(timer); subscription.unsubscribe(); };
  };
  begin();
}

/** Follows the captures for as long as somebody looks. @returns what to call when the page goes */
export function watchCaptures(): () => void {
  if (watchers++ === 0) subscribe();
  return () => {
    if (--watchers > 0) return;
    stop();
    buffers.clear();
    captureStore.setState({ state: null, at: null, error: null });
  };
}
