import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_LIVE_ROWS, MAX_RECENT_ROWS, type CaptureEvent, type CaptureState, type CaptureView } from '../../shared/api/capture.ts';
import { isAppError } from '../../shared/errors.ts';
import { apiRouter } from '../../electron/api/router.ts';
import type { Host } from '../../electron/app/host-types.ts';
import { ended, hostKit, PASSPHRASE } from './host-kit.ts';

// The simulated watch from the page's side: a real host, real recordings, real time.
const kit = hostKit();
let host: Host;
beforeAll(async () => { ({ host } = await kit.ready('person')); });
afterAll(() => kit.close());

const capture = () => host.ready().capture;
const refusal = async (work: Promise<unknown>) => work.then(() => { throw new Error('it was not refused'); }, (e: unknown) => { if (!isAppError(e)) throw e; return e; });

/** Resolves with the events up to the first that the test waits for. */
function until(wanted: (event: CaptureEvent) => boolean, ms = 30_000): Promise<CaptureEvent[]> {
  return new Promise((resolve, reject) => {
    const events: CaptureEvent[] = [];
    const timer = setTimeout(() => { stop(); reject(new Error(`it never came to that; last: ${JSON.stringify(events.at(-1)).slice(0, 500)}`)); }, ms);
    let stop = () => undefined as void;
    let done = false;
    stop = capture().onEvent((event) => { events.push(event); if (!done && wanted(event)) { done = true; clearTimeout(timer); setImmediate(() => stop()); resolve(events); } });
  });
}
const rowsOf = (event: CaptureEvent, stream: string): number => (event.type === 'live' ? event.captures.flatMap((c) => c.streams).find((s) => s.name === stream)?.rows ?? 0 : 0);

describe('the simulated watch in the app', () => {
  it('needs no Bluetooth: nothing was opened', () => {
    expect(capture().state()).toEqual({ adapter: { state: 'unused', problem: null }, scan: { running: false, until: null }, devices: [], captures: [], ended: [] } satisfies CaptureState);
  });

  it('records while it is watched, and what it recorded is scored, drawn and marked', async () => {
    const { captures: [id] } = await capture().start({ devices: [], simulated: { rateHz: 200, seed: 4 } });
    expect(capture().state().captures).toMatchObject([{ id, name: 'Simulated watch', simulated: true, state: 'recording' }]);
    expect((await refusal(capture().start({ devices: [], simulated: { rateHz: 50 } }))).message).toMatch(/already/);
    const events = await until((e) => rowsOf(e, 'acceleration') > 500 && rowsOf(e, 'rr-interval') > 1);
    expect(events[0]).toMatchObject({ type: 'state' });
    const live = events.filter((e) => e.type === 'live');
    for (const [i, e] of live.entries()) for (const s of e.samples) {
      expect(s.t.length).toBeLessThanOrEqual(i === 0 ? MAX_RECENT_ROWS : MAX_LIVE_ROWS);
      expect(s.columns.every((c) => c.length === s.t.length)).toBe(true);
      expect(s.t.every((t, k) => k === 0 || t >= s.t[k - 1]!)).toBe(true);
    }
    // Half of a second's rows at least, drawn in m/s², about 1 g long.
    const drawn = live.slice(1).flatMap((e) => e.samples).filter((s) => s.stream === 'acceleration');
    expect(drawn.length).toBeGreaterThan(1);
    const norm = Math.hypot(...drawn[0]!.columns.map((c) => c[0]!));
    expect(norm).toBeGreaterThan(5);
    expect(norm).toBeLessThan(20);
    expect(live.at(-1)!.captures[0]!.streams[0]).toMatchObject({ name: 'acceleration', timing: 'device', nominalRateHz: 200, missed: 0, components: [{ channel: 'acceleration', component: 'x', kind: 'acceleration', unit: 'm/s2' }, {}, {}] });

    // A page that comes later is given the last seconds at once.
    const late = await until((e) => e.type === 'live');
    expect(late[1]).toMatchObject({ type: 'live' });

    const [end] = await capture().stop({ id });
    expect(end).toMatchObject({ id, name: 'Simulated watch', simulated: true, error: null });
    expect(end!.recordings).toHaveLength(3);
    expect(capture().state()).toMatchObject({ captures: [], ended: [{ id }] });
    // A second stop, from another window, is told the same.
    expect(await capture().stop({ id })).toEqual([end]);
    for (const r of end!.recordings) {
      expect(r.jobId).not.toBeNull();
      expect((await ended(host, { jobId: r.jobId! })).state).toBe('done');
      const detail = await host.ready().owner.recording(r.id);
      expect(detail).toMatchObject({ rows: r.rows, source: { kind: 'simulator', simulated: true }, quality: { score: expect.any(Number) as number } });
      expect(detail.startedAt).toBeGreaterThan(Date.now() - 600_000);
    }
    const acceleration = end!.recordings[0]!;
    const plot = await host.ready().owner.plot(acceleration.id, { channel: 'acceleration', from: 0, to: 2e6, pixels: 100 });
    expect(plot.max[0]!.some((v) => v !== null)).toBe(true);
  });

  it('is refused by name when the input says nothing or the capture is none', async () => {
    expect((await refusal(capture().stop({ id: 'feedfacefeedface' }))).code).toBe('invalid-argument');
    expect(await capture().stop({})).toEqual([]);
  });

  it('is finished when the profile is locked, and scored when it is opened again', async () => {
    const before = new Set((await host.ready().owner.recordings()).map((r) => r.id));
    await capture().start({ devices: [], simulated: { rateHz: 100, seed: 9 }, title: 'Until the lock' });
    let closed = 0;
    const stop = capture().onEvent(() => undefined, () => { closed++; });
    await until((e) => rowsOf(e, 'acceleration') > 200 && rowsOf(e, 'heart-rate') > 1 && rowsOf(e, 'rr-interval') > 1);
    await host.lock();
    expect(closed).toBe(1);
    stop();
    await host.unlock({ passphrase: PASSPHRASE, remember: false });
    const made = (await host.ready().owner.recordings()).filter((r) => !before.has(r.id));
    expect(made.map((r) => r.channels[0]!.name).sort()).toEqual(['acceleration', 'heart-rate', 'rr-interval']);
    expect(made.find((r) => r.channels[0]!.name === 'acceleration')).toMatchObject({ title: 'Until the lock: acceleration', source: { simulated: true } });
    await expect.poll(async () => (await host.ready().owner.recordings()).filter((r) => r.quality === null)).toEqual([]);
  });

  it('comes over the API as events that begin with what is and end with the lock', async () => {
    const caller = apiRouter.createCaller({ host });
    const { captures: [id] } = await caller.capture.start({ simulated: { rateHz: 50 } });
    const events: CaptureEvent[] = [];
    const read = (async () => { for await (const event of await caller.capture.events()) { events.push(event); if (events.length === 6) void host.lock(); } })();
    await read;
    expect(events[0]).toMatchObject({ type: 'state', state: { captures: [{ id }] } });
    expect(events[1]).toMatchObject({ type: 'live', captures: [{ id }] });
    expect(events.length).toBeGreaterThanOrEqual(6);
    await expect.poll(() => host.state().phase).toBe('locked');
    await expect(caller.capture.state()).rejects.toMatchObject({ cause: { code: 'locked' } });
    await host.unlock({ passphrase: PASSPHRASE, remember: false });
    expect(await caller.capture.state()).toMatchObject({ captures: [], ended: [] });
    await expect(caller.capture.start({ devices: [], simulated: { rateHz: 5000 } })).rejects.toThrow();
    await expect(caller.capture.start({ devices: ['../../etc'], simulated: null })).rejects.toThrow();
    await expect(caller.capture.start({})).rejects.toThrow();
  });
});

describe('a run that was killed while it recorded', () => {
  it('is a recording at the next start, and is scored by itself', async () => {
    const { host: first } = await kit.ready('killed');
    await first.stop();
    const cli = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));
    const child = spawn(process.execPath, [cli, 'capture', 'start', '--simulated', '--rate-hz', '100', '--profile', kit.profile('killed'), '--json'], { env: { ...process.env, PHDEX_PASSPHRASE: PASSPHRASE, PHDEX_NETWORK: '' }, stdio: ['ignore', 'pipe', 'ignore'] });
    const closed = new Promise((resolve) => child.on('close', resolve));
    for await (const line of createInterface({ input: child.stdout })) {
      const { captures } = JSON.parse(line) as { captures?: CaptureView[] };
      if ((captures?.[0]?.streams[0]?.rows ?? 0) > 300) { child.kill('SIGKILL'); break; }
    }
    await closed;
    const host = await kit.open('killed');
    await host.unlock({ passphrase: PASSPHRASE, remember: false });
    const made = await host.ready().owner.recordings();
    expect(made.find((r) => r.channels[0]!.name === 'acceleration')).toMatchObject({ source: { kind: 'simulator', simulated: true }, rateHz: 100 });
    expect((await host.ready().owner.recording(made[0]!.id)).importReport.notes.join(' ')).toMatch(/recovered/);
    await expect.poll(async () => (await host.ready().owner.recordings()).filter((r) => r.rows >= 2 && r.quality === null)).toEqual([]);
  });
});
