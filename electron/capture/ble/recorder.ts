import { randomBytes } from 'node:crypto';
import type { RecordingInfo, SourceInfo } from '../../../shared/domain/recording.ts';
import type { AppError } from '../../../shared/errors.ts';
import { createStreamWriter, type CaptureStore, type StreamWriter } from './capture-writer.ts';
import { createClock, type CaptureClock } from './clock.ts';
import { deviceLabel, hardwareIdentity } from './claims.ts';
import type { Block, Decoded, RefusalReason, StreamSpec } from './drivers/driver.ts';
import { createRateMeter, type RateMeter } from './rate.ts';
import { createTail, type Tail } from './tail.ts';
import type { CaptureEvent, CaptureSession, CaptureView, DeviceIdentity, Gap, LiveSamples, SessionState } from './types.ts';

export type RecorderOptions = {
  store: CaptureStore;
  kind: 'ble' | 'simulator';
  simulated: boolean;
  deviceId: string;
  device: DeviceIdentity;
  /** Of the recordings, before the name of each stream. */
  title: string;
  streams: StreamSpec[];
  /** Microseconds since the Unix epoch that never step back. */
  now: () => number;
  /** Lets go of whatever brings the samples; the last of them may still be handed over while it runs. Never rejects. */
  close(): Promise<void>;
};

/** The side of a live capture that is for whatever brings the samples. */
export type Recorder = {
  readonly session: CaptureSession;
  /** What a packet said, and when it came in microseconds since the Unix epoch. */
  packet(decoded: Decoded, arrival: number): void;
  /** @param more.retryAt milliseconds since the Unix epoch, for `lost` */
  state(state: 'connecting' | 'live' | 'lost', more?: { retryAt?: number; problem?: AppError }): void;
  note(sentence: string): void;
};

type Stream = { spec: StreamSpec; clock: CaptureClock; writer: StreamWriter; tail: Tail; rate: RateMeter; /** Readings whose own date could not be used. */ undated: number };

const TICK_MS = 250;
/** A kill loses what came after the last flush: with the tick, at most a second. */
const FLUSH_MS = 700;
const MAX_GAPS = 100;
const MAX_NOTES = 50;

/**
 * Turns packets into recordings, one a stream, and into the live view. Knows nothing of radios, so that the simulated
 * watch is recorded by the same code as a real one. Rows reach the disk each second.
 */
export function createRecorder({ store, kind, simulated, deviceId, device, title, streams: specs, now, close }: RecorderOptions): Recorder {
  const id = randomBytes(8).toString('hex');
  const startedAt = now() / 1000;
  const source: SourceInfo = { kind, device: deviceLabel(device), simulated, times: 'source', session: id, ...(kind === 'ble' ? { identity: hardwareIdentity(device) } : {}) };
  const listeners = new Set<(event: CaptureEvent) => void>();
  const refused: Partial<Record<RefusalReason, number>> = {};
  const notes: string[] = [];
  const gaps: Gap[] = [];
  let losses = 0;
  let missing = 0;
  let state: SessionState = 'connecting';
  let packets = 0;
  let battery: number | null = null;
  let contact: boolean | null = null;
  let retryAt: number | null = null;
  let problem: CaptureView['problem'] = null;
  let lastRow: number | null = null;
  let stopping = false;
  let resolveEnded!: (made: RecordingInfo[]) => void;
  const ended = new Promise<RecordingInfo[]>((resolve) => { resolveEnded = resolve; });

  const streams = new Map(specs.map((spec): [string, Stream] => [spec.name, {
    spec,
    clock: createClock(spec.timing, spec.nominalRateHz),
    writer: createStreamWriter({ store, stream: spec, title: `${title}: ${spec.label}`, source, onError: fail }),
    tail: createTail(spec),
    rate: createRateMeter(),
    undated: 0,
  }]));

  let flushedAt = performance.now();
  const timer = setInterval(tick, TICK_MS);

  function tick(): void {
    const samples: LiveSamples[] = [];
    for (const { tail } of streams.values()) {
      const made = tail.take();
      if (made) samples.push(made);
    }
    if (samples.length > 0) emit({ type: 'samples', samples });
    // By the clock: a busy computer skips ticks, and none of them may carry the rows beyond their second.
    const time = performance.now();
    if (time - flushedAt < FLUSH_MS) return;
    flushedAt = time;
    for (const { writer } of streams.values()) void writer.flush();
    emitView();
  }

  function emit(event: CaptureEvent): void {
    for (const listener of listeners) {
      // A window that went away must not end a recording.
      try { listener(event); } catch { listeners.delete(listener); }
    }
  }
  function emitView(): void { if (listeners.size > 0) emit({ type: 'view', view: view() }); }

  function show(error: AppError): void { problem = { code: error.code, message: error.message, hint: error.hint ?? null }; }

  /** The store takes no more rows: what it has is kept, and nobody is left to believe that the rest is recorded. */
  function fail(error: AppError): void {
    show(error);
    void stop();
  }

  function take(stream: Stream, block: Block, arrival: number): void {
    const t = stream.clock.stamp(block, arrival);
    if (block.wallTime !== undefined && t[0] !== block.wallTime) stream.undated++;
    stream.writer.push(t, block.columns);
    stream.tail.push(t, block.columns);
    stream.rate.add(t.at(-1)!, block.rows);
    const gap = gaps.at(-1);
    if (gap && gap.to === null) {
      gap.to = Math.max(gap.from, t[0]!);
      missing += gap.to - gap.from;
    }
    lastRow = Math.max(lastRow ?? -Infinity, t.at(-1)!);
  }

  function view(): CaptureView {
    const time = now();
    return {
      id, deviceId, title, simulated, state, device, startedAt, battery, contact,
      streams: [...streams.values()].map(({ spec, clock, writer, rate }) => ({
        name: spec.name, label: spec.label, channels: spec.channels, timing: spec.timing, rows: writer.rows, rateHz: rate.hz(time),
        lost: spec.timing === 'event' || spec.sparse ? null : clock.missed, clock: clock.info(),
      })),
      packets, refused: { ...refused }, gaps: gaps.map((g) => ({ ...g })), losses, retryAt, problem, notes: [...notes],
    };
  }

  function stop(): Promise<RecordingInfo[]> {
    if (stopping) return ended;
    stopping = true;
    void (async () => {
      setState('stopping');
      await close();
      clearInterval(timer);
      const made: RecordingInfo[] = [];
      for (const stream of streams.values()) {
        const info = await stream.writer.finish({ report: { rowsRead: 0, rowsSkipped: 0, skipped: [], notes: reportNotes(stream), sourceBytes: 0 }, clock: stream.clock.info() });
        if (info) made.push(info);
      }
      setState('ended');
      listeners.clear();
      resolveEnded(made);
    })();
    return ended;
  }

  function reportNotes({ clock, spec, undated }: Stream): string[] {
    const out: string[] = [];
    if (losses > 0) out.push(`The connection was lost ${times(losses)}; ${Math.round(missing / 1e6)} s are missing and were not filled.`);
    if (clock.missed > 0 && spec.timing !== 'event' && !spec.sparse) out.push(`${clock.missed} rows never came, by the times of the others.`);
    const bad = Object.entries(refused);
    if (bad.length > 0) out.push(`Packets that could not be read: ${bad.map(([reason, n]) => `${n} ${reason}`).join(', ')}.`);
    if (undated > 0) out.push(`${undated} readings had a date that cannot be; they have the time of their arrival.`);
    if (clock.info().resets > 0) out.push(`The device's clock was set anew ${times(clock.info().resets)}.`);
    return [...out, ...notes];
  }

  function setState(next: SessionState): void {
    state = next;
    emitView();
  }

  const session: CaptureSession = {
    id, deviceId, simulated, ended,
    get state() { return state; },
    view,
    recent: () => [...streams.values()].map(({ tail }) => tail.recent()),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop,
  };

  return {
    session,
    packet(decoded, arrival) {
      if (state === 'ended') return;
      packets++;
      if (decoded.refused) refused[decoded.refused] = (refused[decoded.refused] ?? 0) + 1;
      if (decoded.battery !== undefined) battery = decoded.battery;
      if (decoded.contact !== undefined) {
        // Beats that nobody could feel were not lost on the way.
        if (decoded.contact === false && contact !== false) for (const { spec, clock } of streams.values()) if (spec.timing === 'beats') clock.reset();
        contact = decoded.contact;
      }
      for (const block of decoded.blocks) {
        const stream = streams.get(block.stream);
        if (stream && block.rows > 0) take(stream, block, arrival);
      }
    },
    state(next, more = {}) {
      if (stopping) return;
      if (next === 'lost' && state === 'live') {
        losses++;
        // While nothing came since the last loss, that gap goes on.
        if (gaps.at(-1)?.to !== null) {
          gaps.push({ from: lastRow ?? now(), to: null });
          if (gaps.length > MAX_GAPS) gaps.shift();
        }
        for (const { clock } of streams.values()) clock.reset();
      }
      retryAt = next === 'lost' ? more.retryAt ?? null : null;
      if (more.problem) show(more.problem);
      else if (next === 'live') problem = null;
      setState(next);
    },
    note(sentence) {
      if (notes.length < MAX_NOTES && !notes.includes(sentence)) notes.push(sentence);
    },
  };
}

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);
