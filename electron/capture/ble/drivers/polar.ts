import { MISSING_INT32 } from '../../../../shared/domain/recording.ts';
import { guarded, refuse, single, viewOf, type Block, type Decoded, type Driver, type DriverLink } from './driver.ts';
import { command, getSettings, offeredRates, PMD_CONTROL, PMD_DATA, PMD_SERVICE, PMD_TYPE, readFeatures, startCommand, startedFactor, stopStream } from './polar-control.ts';
import { deltaSamples, rawSamples, readFrame, type PmdFrame } from './polar-frames.ts';

/** H10. */
const ECG_HZ = 130;
/** The offered rate nearest to this is asked for: enough for every movement of a body, and sparing of the battery. */
const ACC_HZ = 50;
const INT32 = 2 ** 31 - 1;

/** Polar Measurement Data (reference §1.8): ACC, ECG and PPI. Heart rate comes over the standard service. */
export const polar: Driver = {
  id: 'polar',
  name: 'Polar sensor',
  service: PMD_SERVICE,
  listen: [PMD_CONTROL, PMD_DATA],
  streams: [
    { name: 'acceleration', label: 'acceleration', timing: 'device', nominalRateHz: null, channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'g', components: ['x', 'y', 'z'], decimals: 3 }] },
    { name: 'ecg', label: 'ECG', timing: 'device', nominalRateHz: ECG_HZ, channels: [single('ecg', 'ecg', 'uV', 0)] },
    {
      name: 'pulse-interval', label: 'pulse intervals', timing: 'beats', nominalRateHz: null,
      channels: [single('rr-interval', 'rr-interval', 'ms', 0), single('error', 'other', 'ms', 0), single('heart-rate', 'heart-rate', '/min', 0), single('blocker', 'other', '1', 0), single('contact', 'other', '1', 0)],
    },
  ],
  open: createDecoder,
  start,
  stop: async (link) => {
    // Left running, an H10 stays on until its battery is empty.
    for (const type of [PMD_TYPE.acc, PMD_TYPE.ecg, PMD_TYPE.ppi]) await stopStream(link, type).catch(() => undefined);
  },
};

async function start(link: DriverLink): Promise<{ notes: string[] }> {
  const notes: string[] = [];
  const features = readFeatures(await link.read(PMD_CONTROL));
  if (!features) return { notes: ['The Polar device did not say which streams it has; only its heart rate is recorded.'] };
  const attempt = async (name: string, run: () => Promise<unknown>) => {
    try { await run(); } catch (error) { notes.push(`${name}: ${error instanceof Error ? error.message : String(error)}`); }
  };
  if (features.acc) {
    await attempt('Acceleration', async () => {
      const offered = await getSettings(link, PMD_TYPE.acc);
      await command(link, startCommand(PMD_TYPE.acc, {
        ...one('rate', closest(offered?.rates ?? [], ACC_HZ)), ...one('resolution', offered?.resolutions[0]), ...one('range', closest(offered?.ranges ?? [], 8)), ...one('channels', offered?.channels[0]),
      }));
    });
  }
  if (features.ecg) {
    await attempt('ECG', async () => {
      const offered = await getSettings(link, PMD_TYPE.ecg);
      await command(link, startCommand(PMD_TYPE.ecg, { ...one('rate', closest(offered?.rates ?? [], ECG_HZ)), ...one('resolution', offered?.resolutions[0]) }));
    });
  }
  // An H10 sends intervals with its heart rate; PPI is how the optical sensors say them.
  if (features.ppi && !features.ecg) await attempt('Pulse intervals', () => command(link, startCommand(PMD_TYPE.ppi, {})));
  return { notes };
}

const one = (key: string, value: number | undefined) => (value === undefined ? {} : { [key]: value });
const closest = (values: number[], wanted: number): number | undefined => [...values].sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0];

function createDecoder() {
  /** By stream type: the last frame's stamp, to step between (`PmdTimeStampUtils.kt`). */
  const previous = new Map<string, number>();
  const factors = new Map<number, number>();
  const periods = new Map<number, number>();

  function times(frame: PmdFrame, rows: number, fallbackHz: number): { deviceTimes: number[]; restart: boolean } {
    const key = `${frame.type}/${frame.kind}/${frame.compressed}`;
    const before = previous.get(key);
    previous.set(key, frame.time);
    const known = periods.get(frame.type) ?? 1e6 / fallbackHz;
    let step = before === undefined ? known : (frame.time - before) / rows;
    // Frames that were lost, or a clock that was set, must not stretch these samples over the hole.
    const steady = before !== undefined && step > known * 0.5 && step < known * 1.6;
    if (steady) periods.set(frame.type, known + (step - known) * 0.1);
    else if (before !== undefined && !periods.has(frame.type) && step > 1e6 / 1000 && step < 1e6 / 10) periods.set(frame.type, step);
    else if (before !== undefined) step = known;
    return { deviceTimes: Array.from({ length: rows }, (_, i) => frame.time - (rows - 1 - i) * step), restart: before !== undefined && frame.time <= before };
  }

  function acceleration(frame: PmdFrame): Decoded {
    const factor = factors.get(PMD_TYPE.acc) ?? 1;
    const samples = frame.compressed ? (frame.kind <= 1 ? deltaSamples(frame.content, 3, 16) : undefined) : frame.kind <= 2 ? rawSamples(frame.content, frame.kind + 1, 3) : undefined;
    if (samples === undefined) return refuse('unknown-kind');
    if (samples === null) return refuse('malformed');
    // Kind 0 counts in g after its factor, all others in thousandths of it.
    const scale = frame.compressed ? factor * (frame.kind === 0 ? 1000 : 1) : 1;
    return timed('acceleration', frame, samples, scale, ACC_HZ);
  }

  function timed(stream: string, frame: PmdFrame, samples: number[][], scale: number, fallbackHz: number): Decoded {
    const columns = samples[0]!.map((_, c) => samples.map((s) => Math.round(s[c]! * scale)));
    if (columns.some((c) => c.some((v) => Math.abs(v) > INT32))) return refuse('out-of-range');
    const block: Block = { stream, rows: samples.length, columns, ...times(frame, samples.length, fallbackHz) };
    return { blocks: [block], refused: null };
  }

  function intervals(frame: PmdFrame): Decoded {
    if (frame.compressed || frame.kind !== 0) return refuse('unknown-kind');
    if (frame.content.length === 0 || frame.content.length % 6 !== 0) return refuse('malformed');
    const view = viewOf(frame.content);
    const columns: number[][] = [[], [], [], [], []];
    const lengths: number[] = [];
    for (let at = 0; at < frame.content.length; at += 6) {
      const ms = view.getUint16(at + 1, true);
      const flags = view.getUint8(at + 5);
      const heart = view.getUint8(at);
      if (ms === 0) continue;
      [ms, view.getUint16(at + 3, true), heart || MISSING_INT32, flags & 1, flags & 4 ? (flags >> 1) & 1 : MISSING_INT32].forEach((v, c) => columns[c]!.push(v));
      lengths.push(ms);
    }
    return lengths.length === 0 ? refuse('not-usable') : { blocks: [{ stream: 'pulse-interval', rows: lengths.length, columns, intervals: lengths }], refused: null };
  }

  return guarded((characteristic, bytes) => {
    if (characteristic === PMD_CONTROL.characteristic) {
      const started = startedFactor(bytes);
      if (started) factors.set(started.type, started.factor);
      // What `start` then asks for: until two frames tell the true rate, the samples of the first lie this far apart.
      const offered = offeredRates(bytes);
      const rate = offered && closest(offered.rates, offered.type === PMD_TYPE.acc ? ACC_HZ : ECG_HZ);
      if (rate) periods.set(offered.type, 1e6 / rate);
      // `01, types…`: the device stopped these by itself.
      return { blocks: [], refused: null, ...(bytes[0] === 1 ? { stopped: true } : {}) };
    }
    const frame = readFrame(bytes);
    if (!frame) return refuse('too-short');
    if (frame.time > Number.MAX_SAFE_INTEGER) return refuse('out-of-range');
    if (frame.type === PMD_TYPE.acc) return acceleration(frame);
    if (frame.type === PMD_TYPE.ppi) return intervals(frame);
    if (frame.type !== PMD_TYPE.ecg || frame.compressed || frame.kind !== 0) return refuse('unknown-kind');
    const samples = rawSamples(frame.content, 3, 1);
    return samples ? timed('ecg', frame, samples, 1, ECG_HZ) : refuse('malformed');
  });
}
