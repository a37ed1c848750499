import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { RecordingDetail, RecordingView, SimulateIn } from '../../../shared/api/owner.ts';
import type { RecordingInfo, RecordingSource } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { openSimulator } from '../../capture/simulator/index.ts';
import { relativeBatches } from '../../datasets/segment.ts';
import { recognise } from '../../quality/hardware/recognise.ts';
import { scoreRecording } from '../../quality/score.ts';
import { deviceOf } from '../device-view.ts';
import type { JobControl } from '../jobs.ts';
import type { OwnerBase } from './base.ts';

/** Before this an absolute time is no wall clock but a count from the start: 1973-03-03. */
const FIRST_CLOCK = 1e14;
const SIMULATED_HZ = 100;

export type Recordings = ReturnType<typeof createRecordings>;

export function createRecordings(base: OwnerBase) {
  const { b, reports, plots, publications, rows } = base;
  const store = b.parts.recordings;

  function view(info: RecordingInfo, { made, under }: ReturnType<typeof uses>): RecordingView {
    const report = reports.get(info.id);
    const seconds = (info.endTime - info.startTime) / 1e6;
    return {
      id: info.id, title: info.title, source: info.source, createdAt: info.createdAt,
      startedAt: info.source.times === 'source' && info.startTime >= FIRST_CLOCK ? Math.round(info.startTime / 1000) : null,
      durationSeconds: seconds, rows: info.rows, rateHz: report?.rateHz ?? info.nominalRateHz ?? (seconds > 0 ? Number(((info.rows - 1) / seconds).toPrecision(4)) : 0),
      channels: info.channels.map(({ name, kind, unit, components }) => ({ name, kind, unit, components })),
      quality: report && { score: report.score, worst: report.reasons[0]?.sentence ?? null },
      datasetIds: made.get(info.id) ?? [],
      publicationId: under.get(info.id) ?? null,
      device: deviceOf(info.source, b.parts.devices.registry(), b.chain.market),
    };
  }
  /** Datasets and publications under way of this account, by the recording that they are made from. */
  function uses(): { made: Map<string, number[]>; under: Map<string, string> } {
    const published = rows.published();
    const made = new Map<string, number[]>();
    for (const dataset of base.datasets()) {
      const recordingId = published.get(dataset.nonce)?.recordingId ?? rows.erasure(dataset.nonce)?.recordingId;
      if (recordingId) made.set(recordingId, [...(made.get(recordingId) ?? []), dataset.id]);
    }
    return { made, under: new Map(publications.unfinished().map((p) => [p.request.recordingId, p.id])) };
  }

  /** Scores a stored recording and draws its levels in the same pass. */
  async function examine(info: RecordingInfo, { signal, progress }: Pick<JobControl, 'signal' | 'progress'>): Promise<number> {
    const batches = plots.tap(info.id, relativeBatches(info, store.read(info.id)));
    const report = await scoreRecording({ channels: info.channels, simulated: info.source.simulated, device: recognise(info.source, b.parts.devices.registry()).entry }, batches, { signal, onProgress: (done) => progress('score', done, info.rows) });
    reports.put(info.id, report);
    return report.score;
  }

  /** Keeps a source and scores it; what fails or is cancelled leaves nothing. */
  async function keep(source: RecordingSource, control: JobControl, total: number): Promise<{ recordingId: string; rows: number; score: number; skipped: number }> {
    const { signal, progress, subject } = control;
    let info: RecordingInfo | undefined;
    try {
      info = await store.add(source, { signal, onProgress: (done: number) => progress('simulate', done, total) });
      subject({ recordingId: info.id });
      const score = await examine(info, control);
      return { recordingId: info.id, rows: info.rows, score, skipped: info.report.rowsSkipped };
    } catch (error) {
      if (info) await drop(info.id);
      throw error;
    } finally {
      b.changed('recordings');
    }
  }

  async function drop(id: string): Promise<void> {
    const source = store.get(id)?.source;
    // What was written down goes with it, or the next entry would bring it back.
    if (source?.kind === 'manual') base.entries.removeSeries(source.series!);
    await plots.remove(id);
    await store.remove(id);
    reports.remove(id);
  }

  return {
    drop, examine,
    list: (): RecordingView[] => { const used = uses(); return store.list().reverse().map((info) => view(info, used)); },
    detail(id: string): RecordingDetail {
      const info = base.recording(id);
      return { ...view(info, uses()), report: reports.get(id), annotations: info.annotations.map((a) => ({ ...a, from: a.from - info.startTime, to: a.to - info.startTime })), importReport: info.report };
    },

    simulate({ minutes, seed }: z.infer<typeof SimulateIn>) {
      const count = minutes * 60 * SIMULATED_HZ;
      return b.jobs.start({
        kind: 'simulate', title: 'Simulated wrist',
        run: (control) => keep(openSimulator({
          rows: count, rateHz: SIMULATED_HZ, signal: control.signal, startTime: (Date.now() - minutes * 60_000) * 1000,
          seed: seed ?? createHash('sha256').update(`${Date.now()}`).digest().readUInt32LE(0),
        }), control, count),
      });
    },

    score(id: string) {
      const info = base.recording(id);
      const running = base.runningJob(['score', 'import', 'simulate'], { recordingId: id });
      if (running) return { jobId: running.id };
      return b.jobs.start({
        kind: 'score', title: info.title, subject: { recordingId: id },
        async run(control) { const score = await examine(info, control); b.changed('recordings'); return { score }; },
      });
    },

    async forget(id: string): Promise<void> {
      const info = base.recording(id);
      const under = publications.unfinished().find((p) => p.request.recordingId === id);
      const makesNothing = under?.state === 'started' && !base.runningJob(['publish'], { publicationId: under.id });
      if ((under && !makesNothing) || base.runningJob(['publish'], { recordingId: id })) {
        throw new AppError('invalid-argument', `«${info.title}» is being published.`, { hint: 'Finish that publication or discard it first.' });
      }
      const running = base.runningJob(['import', 'simulate', 'score'], { recordingId: id });
      if (running) throw new AppError('invalid-argument', `«${info.title}» is being scored.`, { hint: 'Cancel that first, or wait until it has ended.' });
      if (under) publications.remove(under.id);
      await drop(id);
      b.changed('recordings', 'publications');
    },
  };
}
