import type { Command } from 'commander';
import { MAX_DEVICES, MAX_SIMULATED_HZ, MIN_SIMULATED_HZ, StartCaptureIn, type CaptureView, type DeviceView, type EndedCapture } from '../../../shared/api/capture.ts';
import { AppError } from '../../../shared/errors.ts';
import { openNode } from '../../app/node.ts';
import { withCommon, wholeNumber, type CommandContext, type CommonOptions } from '../options.ts';
import { withNode } from '../with-node.ts';

type StartOptions = CommonOptions & { device: string[]; simulated: boolean; rateHz: number; seed?: number; seconds?: number; title?: string; samples: boolean };

const EVERY_MS = 1000;

/** Resolves after `seconds`, or when the command is stopped, or when there is nothing more to wait for. */
function wait(seconds: number | undefined, signal: AbortSignal, over?: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = seconds === undefined ? undefined : setTimeout(end, seconds * 1000);
    function end(): void { clearTimeout(timer); signal.removeEventListener('abort', end); resolve(); }
    signal.addEventListener('abort', end);
    void over?.then(end, end);
    if (signal.aborted) end();
  });
}

const deviceLine = (d: DeviceView): string => `${d.id}  ${d.rssi === null ? '   ?' : String(d.rssi).padStart(4)} dBm  ${d.name ?? '(no name)'}  ${d.offers.join(', ') || (d.supported ? '' : 'nothing that is read here')}`.trimEnd();

function captureLine(c: CaptureView): string {
  const streams = c.streams.filter((s) => s.rows > 0).map((s) => `${s.label} ${s.rows} rows${s.rateHz === null ? '' : ` at ${s.rateHz.toFixed(1)} Hz`}`);
  const refused = c.refused.reduce((n, r) => n + r.count, 0);
  const facts = [c.battery === null ? null : `battery ${c.battery} %`, c.contact === false ? 'not worn' : null, refused > 0 ? `${refused} packets refused` : null, c.losses > 0 ? `${c.losses} losses` : null].filter((f) => f !== null);
  return `${c.name}: ${c.state}${streams.length > 0 ? `; ${streams.join(', ')}` : ''}${facts.length > 0 ? `; ${facts.join(', ')}` : ''}${c.error ? `; ${c.error.message}` : ''}`;
}

export function addCaptureCommands(program: Command, { output, signal }: CommandContext): void {
  const capture = program.command('capture').description('records live from Bluetooth devices or from a simulated watch');

  withCommon(capture.command('scan').description('shows the Bluetooth devices near'))
    .option('--seconds <n>', 'how long to look', wholeNumber('--seconds', 1, 300), 10)
    .action(async (options: CommonOptions & { seconds: number }) => {
      const node = await openNode(options, { signal });
      const captures = node.captures();
      const told = new Set<string>();
      const stop = captures.onEvent((event) => {
        if (event.type !== 'state') return;
        for (const device of event.state.devices) if (!told.has(device.id)) { told.add(device.id); output.event({ event: 'device', device }); }
      });
      try {
        await captures.scan({ seconds: options.seconds });
        await wait(options.seconds, signal);
        const { devices, adapter } = captures.state();
        if (adapter.problem) throw new AppError(adapter.problem.code, adapter.problem.message, { hint: adapter.problem.hint ?? undefined, retryable: adapter.problem.retryable });
        output.result({ devices }, devices.length > 0 ? devices.map(deviceLine) : ['No Bluetooth device was seen.']);
      } finally { stop(); await captures.close(); await node.stop(); }
    });

  withCommon(capture.command('list').description('shows what was recorded live')).action(async (options: CommonOptions) => {
    await withNode(options, signal, async (node) => {
      const recovered = new Set(node.recovered);
      const recordings = node.recordings().filter((r) => r.source.session !== undefined).map((r) => ({
        id: r.id, title: r.title, rows: r.rows, seconds: (r.endTime - r.startTime) / 1e6, device: r.source.device, simulated: r.source.simulated, session: r.source.session, clock: r.source.clock ?? null, recovered: recovered.has(r.id),
      }));
      output.result({ recordings }, recordings.length > 0 ? recordings.map((r) => `${r.id}  ${r.rows} rows  ${r.seconds.toFixed(1)} s  ${r.title}${r.simulated ? '  (simulated)' : ''}${r.recovered ? '  (recovered just now)' : ''}`) : ['Nothing was recorded live yet.']);
    });
  });

  withCommon(capture.command('start').description('records until --seconds are over or the command is stopped; what came is kept either way'))
    .option('--device <id>', 'of `phdex capture scan`; may be named twice', (id: string, all: string[]) => [...all, id], [] as string[])
    .option('--simulated', 'the simulated watch; its recordings are marked as simulated', false)
    .option('--rate-hz <hz>', 'of the simulated watch', wholeNumber('--rate-hz', MIN_SIMULATED_HZ, MAX_SIMULATED_HZ), 50)
    .option('--seed <n>', 'of the simulated watch: the same seed gives the same values', wholeNumber('--seed', 0, 0xffffffff))
    .option('--seconds <n>', 'how long to record', wholeNumber('--seconds', 1, 30 * 86_400))
    .option('--title <text>', 'what to call the recordings here; never leaves the profile')
    .option('--samples', 'with --json: the newest samples too, thinned', false)
    .action(async (options: StartOptions) => {
      const asked = StartCaptureIn.safeParse({ devices: options.device, simulated: options.simulated ? { rateHz: options.rateHz, seed: options.seed } : null, title: options.title });
      if (!asked.success) throw new AppError('invalid-argument', `What to record is not right: ${asked.error.issues[0]!.message}.`, { hint: `Give --device, up to ${MAX_DEVICES} times, or --simulated.` });
      const node = await openNode(options, { signal });
      const captures = node.captures();
      let toldAt = 0;
      const stop = captures.onEvent((event) => {
        if (event.type !== 'live' || (event.at - toldAt < EVERY_MS && !options.samples)) return;
        toldAt = event.at;
        output.event({ event: 'live', at: event.at, captures: event.captures, ...(options.samples ? { samples: event.samples } : {}) });
        for (const c of event.captures) output.say(captureLine(c));
      });
      let ended: EndedCapture[] = [];
      try {
        const { captures: ids } = await captures.start(asked.data);
        const over = Promise.all(ids.map((id) => captures.ended(id)));
        await wait(options.seconds, signal, over);
        await captures.stop({});
        ended = (await over).filter((e) => e !== null);
        await captures.close();
        const recordings = [];
        for (const end of ended) for (const { id, title, rows } of end.recordings) recordings.push({ id, title, rows, capture: end.name, simulated: end.simulated, score: rows < 2 ? null : (await node.score(id)).score });
        const failed = ended.find((e) => e.error);
        if (recordings.length === 0 && failed?.error) throw new AppError(failed.error.code, failed.error.message, { hint: failed.error.hint ?? undefined, retryable: failed.error.retryable });
        output.result(
          { recordings, problems: ended.flatMap((e) => (e.error ? [{ capture: e.name, ...e.error }] : [])) },
          [...recordings.map((r) => `Recording ${r.id}: ${r.title}, ${r.rows} rows${r.score === null ? '' : `, quality ${r.score}`}${r.simulated ? ' (simulated)' : ''}`), ...ended.flatMap((e) => (e.error ? [`${e.name}: ${e.error.message}${e.error.hint ? ` ${e.error.hint}` : ''}`] : [])), ...(recordings.length === 0 ? ['Nothing came, so nothing was kept.'] : [])],
        );
      } finally { stop(); await captures.close(); await node.stop(); }
    });
}
