import { randomBytes } from 'node:crypto';
import { MAX_DEVICES, MAX_LIVE_ROWS, MAX_RECENT_ROWS, type AdapterView, type CaptureEvent, type CaptureState, type CaptureView, type EndedCapture, type LiveSamples, type ScanIn, type StartCaptureIn, type StopCaptureIn } from '../../../shared/api/capture.ts';
import type { RecordingInfo } from '../../../shared/domain/recording.ts';
import { AppError, isAppError, toAppError } from '../../../shared/errors.ts';
import type { CaptureStore } from '../../capture/ble/capture-writer.ts';
import type { Bluetooth, CaptureSession, FoundDevice, LiveSamples as SessionSamples } from '../../capture/ble/types.ts';
import { SIMULATED_ID, SIMULATED_WATCH, startSimulatedWatch } from '../../capture/simulator/live.ts';
import { errorView } from '../error-view.ts';
import { thin } from './thin.ts';
import { byUse, deviceView, sessionView, waitingView, type Own } from './views.ts';

export type CapturesOptions = {
  store: CaptureStore;
  /** What is done with what was kept; gives the id of the job that scores a recording, or null. */
  onKept?: (info: RecordingInfo) => string | null;
  /** Opens Bluetooth at its first use. */
  openBluetooth?: (store: CaptureStore) => Promise<Bluetooth>;
};

export type Captures = ReturnType<typeof createCaptures>;

/** noble and its native part come with the first use; that they cannot be loaded is told as the adapter's problem. */
const loadBluetooth = async (store: CaptureStore): Promise<Bluetooth> => (await import('../../capture/ble/index.ts')).createBluetooth({ store });

const LIVE_MS = 250;
const STATE_MS = 250;
const KEEP_ENDED = 10;
const KEEP_DEVICES = 200;
/** A device that was not seen for so long is not near any more. */
const SEEN_MS = 60_000;
/** The adapter has answered by then, or its own time limits have. */
const ADAPTER_MS = 15_000;
/** Rows of one stream that wait for the next message. */
const MAX_PENDING = 4 * MAX_LIVE_ROWS;

type Entry = Own & { deviceId: string; simulated: boolean; session: CaptureSession | null; abort: AbortController; stopAsked: boolean; pending: Map<string, SessionSamples>; done: Promise<EndedCapture> };

/** The live captures of one profile: what is near, what is recorded, and what the page sees of it. */
export function createCaptures({ store, onKept = () => null, openBluetooth = loadBluetooth }: CapturesOptions) {
  const entries = new Map<string, Entry>();
  const devices = new Map<string, FoundDevice>();
  const ended: EndedCapture[] = [];
  const listeners = new Map<(event: CaptureEvent) => void, () => void>();
  let adapter: AdapterView = { state: 'unused', problem: null };
  let bluetooth: Promise<Bluetooth> | null = null;
  let scan: { stop(): void; until: number; timer: NodeJS.Timeout } | null = null;
  let stateTimer: NodeJS.Timeout | undefined;
  let liveTimer: NodeJS.Timeout | undefined;
  let closed = false;

  const emit = (event: CaptureEvent) => { for (const listener of listeners.keys()) listener(event); };
  const view = (e: Entry): CaptureView => (e.session ? sessionView(e.session.view(), own(e)) : e.stopAsked ? { ...waitingView(e), state: 'stopping' } : waitingView(e));
  const own = ({ id, name, startedAt, rssi, lastAt, measured }: Entry): Own => ({ id, name, startedAt, rssi, lastAt, measured });
  const views = () => [...entries.values()].map(view);

  function state(): CaptureState {
    const since = Date.now() - SEEN_MS;
    const busy = new Set([...entries.values()].map((e) => e.deviceId));
    return {
      adapter, scan: { running: scan !== null, until: scan?.until ?? null },
      devices: [...devices.values()].filter((d) => d.lastSeen >= since || busy.has(d.id)).map(deviceView).sort(byUse),
      captures: views(), ended: [...ended],
    };
  }

  function tellSoon(): void {
    if (closed) return;
    stateTimer ??= setTimeout(() => { stateTimer = undefined; emit({ type: 'state', state: state() }); }, STATE_MS);
  }

  /** Runs while there is something to tell and somebody to tell it to. */
  function tellLive(): void {
    if (closed || liveTimer || entries.size === 0 || listeners.size === 0) return;
    liveTimer = setTimeout(() => {
      liveTimer = undefined;
      if (entries.size === 0 || listeners.size === 0) return;
      emit({ type: 'live', at: Date.now(), captures: views(), samples: [...entries.values()].flatMap(take) });
      tellLive();
    }, LIVE_MS);
  }

  function take(e: Entry): LiveSamples[] {
    const taken = [...e.pending].map(([stream, s]) => ({ capture: e.id, stream, ...thin(s, MAX_LIVE_ROWS) }));
    e.pending.clear();
    return taken;
  }

  function hear(e: Entry, samples: readonly SessionSamples[]): void {
    e.lastAt = Date.now();
    if (listeners.size === 0) { e.pending.clear(); return; }
    for (const s of samples) {
      const before = e.pending.get(s.stream);
      const all = before ? { stream: s.stream, t: [...before.t, ...s.t], columns: s.columns.map((c, i) => [...(before.columns[i] ?? []), ...c]) } : s;
      e.pending.set(s.stream, { stream: s.stream, ...thin(all, MAX_PENDING) });
    }
  }

  function open(): Promise<Bluetooth> {
    if (closed) throw new AppError('cancelled', 'The app is closing.');
    if (bluetooth) return bluetooth;
    adapter = { state: 'opening', problem: null };
    tellSoon();
    const opening = (async () => {
      const made = await openBluetooth(store);
      made.onState(() => { adapter = adapterOf(made); tellSoon(); });
      return made;
    })();
    bluetooth = opening;
    opening.catch((error: unknown) => { bluetooth = null; failed(error); });
    return opening;
  }
  function adapterOf(made: Bluetooth): AdapterView {
    if (made.state() === 'unknown') return adapter;
    const problem = made.problem();
    return problem ? { state: 'problem', problem: errorView(problem) } : { state: 'ready', problem: null };
  }
  function failed(error: unknown): void {
    adapter = { state: 'problem', problem: errorView(error) };
    tellSoon();
  }

  function found(device: FoundDevice): void {
    devices.set(device.id, device);
    if (devices.size > KEEP_DEVICES) {
      const oldest = [...devices.values()].reduce((a, b) => (b.lastSeen < a.lastSeen ? b : a));
      devices.delete(oldest.id);
    }
    adapter = { state: 'ready', problem: null };
    tellSoon();
  }

  function endScan(): void {
    if (!scan) return;
    clearTimeout(scan.timer);
    scan.stop();
    scan = null;
    tellSoon();
  }

  async function startScan({ seconds }: ScanIn): Promise<void> {
    const made = await open();
    if (closed) throw new AppError('cancelled', 'The app is closing.');
    endScan();
    await new Promise<void>((resolve, reject) => {
      let mine: typeof scan = null;
      const patience = setTimeout(() => settle(), ADAPTER_MS);
      const settle = (error?: AppError) => { clearTimeout(patience); forget(); if (error) reject(error); else resolve(); };
      const forget = made.onState((now) => { if (now === 'poweredOn') settle(); });
      const onError = (error: AppError) => { failed(error); if (scan === mine) endScan(); settle(error); };
      try {
        const running = made.scan((device) => { found(device); settle(); }, { onError });
        mine = scan = { stop: () => running.stop(), until: Date.now() + seconds * 1000, timer: setTimeout(endScan, seconds * 1000) };
      } catch (cause) { onError(toAppError(cause)); return; }
      adapter = adapterOf(made);
      tellSoon();
      if (made.state() === 'poweredOn') settle();
    });
  }

  function begin(deviceId: string, name: string, connect: ((signal: AbortSignal) => Promise<CaptureSession>) | null, simulate: (() => CaptureSession) | null, rates: [string, number][] = []): string {
    const entry: Entry = {
      id: randomBytes(8).toString('hex'), name, startedAt: Date.now(), rssi: devices.get(deviceId)?.rssi ?? null, lastAt: null, measured: new Map(rates),
      deviceId, simulated: simulate !== null, session: null, abort: new AbortController(), stopAsked: false, pending: new Map(), done: null as never,
    };
    entries.set(entry.id, entry);
    // The simulated one is there at once; what the page asks next shows it recording.
    if (simulate) entry.session = simulate();
    entry.done = follow(entry, connect);
    tellSoon();
    tellLive();
    return entry.id;
  }

  async function follow(entry: Entry, connect: ((signal: AbortSignal) => Promise<CaptureSession>) | null): Promise<EndedCapture> {
    let kept: RecordingInfo[] = [];
    let error: EndedCapture['error'] = null;
    let forget = () => undefined as unknown;
    try {
      const session = (entry.session ??= await connect!(entry.abort.signal));
      entry.name = session.view().device.name ?? entry.name;
      let before = session.state;
      forget = session.subscribe((event) => {
        if (event.type === 'samples') { hear(entry, event.samples); return; }
        if (event.view.state !== before) { before = event.view.state; tellSoon(); }
      });
      tellSoon();
      if (entry.stopAsked) void session.stop().catch(() => undefined);
      const lost = () => entry.stopAsked && session.view().gaps.at(-1)?.to === null;
      kept = await session.ended;
      const { problem } = session.view();
      // Stopped while the device was away: that it was away is no news.
      if (problem && !lost()) error = { code: toCode(problem.code), message: problem.message, hint: problem.hint, retryable: false };
    } catch (cause) {
      if (!(entry.stopAsked && isAppError(toAppError(cause), 'cancelled'))) error = errorView(cause);
    } finally { forget(); }
    entries.delete(entry.id);
    const end: EndedCapture = {
      id: entry.id, name: entry.name, simulated: entry.simulated, startedAt: entry.startedAt, endedAt: Date.now(), error,
      recordings: kept.map((info) => ({ id: info.id, title: info.title, rows: info.rows, jobId: closed ? null : onKept(info) })),
    };
    ended.unshift(end);
    ended.length = Math.min(ended.length, KEEP_ENDED);
    tellSoon();
    return end;
  }
  const toCode = (code: string) => code as NonNullable<EndedCapture['error']>['code'];

  function halt(entry: Entry): Promise<EndedCapture> {
    entry.stopAsked = true;
    entry.abort.abort(new AppError('cancelled', 'Stopped.'));
    // Its failure is told by `done`.
    void entry.session?.stop().catch(() => undefined);
    tellSoon();
    return entry.done;
  }

  return {
    state,
    /** First what is, then what changes. `onClose`: nothing comes any more. @returns how to stop listening */
    onEvent(listener: (event: CaptureEvent) => void, onClose: () => void = () => undefined): () => void {
      if (closed) { onClose(); return () => undefined; }
      listener({ type: 'state', state: state() });
      if (entries.size > 0) {
        const samples = [...entries.values()].flatMap((e) => (e.session?.recent() ?? []).map((s) => ({ capture: e.id, stream: s.stream, ...thin(s, MAX_RECENT_ROWS) })));
        listener({ type: 'live', at: Date.now(), captures: views(), samples });
      }
      listeners.set(listener, onClose);
      tellLive();
      return () => { listeners.delete(listener); };
    },
    scan: startScan,
    async stopScan(): Promise<void> { endScan(); },

    /** Answers at once; connecting goes on behind it, and what becomes of it is told. @throws AppError `invalid-argument` */
    async start({ devices: asked, simulated, title }: StartCaptureIn): Promise<{ captures: string[] }> {
      if (closed) throw new AppError('cancelled', 'The app is closing.');
      const running = [...entries.values()];
      const twice = asked.find((id) => running.some((e) => e.deviceId === id));
      if (twice !== undefined) throw new AppError('invalid-argument', `${nameOf(twice)} is being recorded already.`, { hint: 'Stop that first.' });
      if (running.filter((e) => !e.simulated).length + asked.length > MAX_DEVICES) throw new AppError('invalid-argument', `No more than ${MAX_DEVICES} devices are recorded at once.`, { hint: 'Stop one of them first.' });
      if (simulated && running.some((e) => e.simulated)) throw new AppError('invalid-argument', 'The simulated watch is running already.', { hint: 'Stop it first.' });
      const several = asked.length + (simulated ? 1 : 0) > 1;
      const titled = (name: string) => { const given = title?.trim(); return given ? (several ? `${given}: ${name}` : given) : undefined; };
      const captures = asked.map((deviceId) => {
        const name = nameOf(deviceId);
        return begin(deviceId, name, async (signal) => {
          const made = await open();
          const given = titled(nameOf(deviceId));
          return made.connect(deviceId, { signal, ...(given === undefined ? {} : { title: given }) });
        }, null);
      });
      if (simulated) {
        captures.push(begin(SIMULATED_ID, SIMULATED_WATCH, null, () => startSimulatedWatch({
          store, rateHz: simulated.rateHz, ...(simulated.seed === undefined ? {} : { seed: simulated.seed }), title: titled(SIMULATED_WATCH),
        }), [['acceleration', simulated.rateHz]]));
      }
      return { captures };
    },

    async stop({ id }: StopCaptureIn): Promise<EndedCapture[]> {
      const which = id === undefined ? [...entries.values()] : [...entries.values()].filter((e) => e.id === id);
      if (id !== undefined && which.length === 0) {
        const before = ended.find((e) => e.id === id);
        if (!before) throw new AppError('invalid-argument', 'That capture is not running.', { hint: 'It has ended; see your recordings.' });
        return [before];
      }
      return Promise.all(which.map(halt));
    },

    /** Resolves when that capture has ended, however it did. */
    ended: (id: string): Promise<EndedCapture> | null => entries.get(id)?.done ?? null,

    /** Finishes what is being recorded and lets go of the adapter. */
    async close(): Promise<void> {
      if (closed) return;
      closed = true;
      clearTimeout(stateTimer);
      clearTimeout(liveTimer);
      endScan();
      for (const onClose of listeners.values()) onClose();
      listeners.clear();
      await Promise.all([...entries.values()].map(halt));
      await (await bluetooth?.catch(() => null))?.stop();
    },
  };

  function nameOf(deviceId: string): string { return devices.get(deviceId)?.name ?? devices.get(deviceId)?.kind ?? 'Device'; }
}
