/** A thread that scores windows of samples that it shares with the thread that asks. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Calibration, WindowSurvey } from './frame.ts';
import type { StoredModel } from './model-file.ts';
import { WindowScorer, openBackend, type Backend, type Scores } from './scorer.ts';
import type { Axes } from './windows.ts';

export type ScoreWorkerData = { model: StoredModel; backend: Backend | undefined };
/** `axes` lie in shared memory; `starts` are samples in them. */
export type ScoreTask = { id: number; axes: Axes; starts: Int32Array } & ({ kind: 'survey' } | { kind: 'score'; calibration: Calibration });
export type ScoreAnswer = { id: number; surveys?: WindowSurvey[]; scores?: Scores; error?: string };

const { model, backend } = workerData as ScoreWorkerData;
const port = parentPort!;
const ready = openBackend(backend).then(() => WindowScorer.load(model));
// A thread that cannot start says so with its first task.
ready.catch(() => undefined);

port.on('message', (task: ScoreTask) => {
  ready.then((scorer) => {
    if (task.kind === 'survey') port.postMessage({ id: task.id, surveys: scorer.survey(task.axes, task.starts) } satisfies ScoreAnswer);
    else port.postMessage({ id: task.id, scores: scorer.score(task.axes, task.starts, task.calibration) } satisfies ScoreAnswer);
  }).catch((error: unknown) => port.postMessage({ id: task.id, error: error instanceof Error ? error.message : String(error) } satisfies ScoreAnswer));
});
