/** Puts the fitted networks together into the model that the app reads, with its numbers and its card: `<work> <out> <wasm> <seeds> <mode>`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIVITIES } from '../../electron/quality/model/windows.ts';
import { openBackend } from './backend.ts';
import { NAME, cardOf, type Metrics } from './card.ts';
import { runtimeActivity, runtimeArtefact, writeModel } from './export.ts';
import { loadWeights, type ArtefactScores, type Predictions } from './jobs.ts';
import { ALARMS, accuracyOf, artefactMetrics, calibrationError, confusion, f1, mean, rowsOf, temperatureOf, thresholdAt } from './metrics.ts';

const [work, out, wasm, count, mode] = process.argv.slice(2) as [string, string, string, string, string];
const seeds = Array.from({ length: Number(count) }, (_, i) => i + 1);
const read = <T>(name: string): T => JSON.parse(readFileSync(join(work, `${name}.json`), 'utf8')) as T;
await openBackend(wasm);

const round = (v: number): number => Math.round(v * 1e4) / 1e4;
function evaluate(): Metrics {
  // One run of predictions a seed, over the people of both groups.
  const halves = seeds.map((seed) => [2, 3].map((g) => read<Predictions>(`evaluate-activity-${g}-${seed}`)));
  const bySeed = halves.map((h) => Object.fromEntries(Object.keys(h[0]!).map((name) => [name, [...h[0]![name]!, ...h[1]![name]!]])) as Predictions);
  const each = (name: string, context: number): number[] => bySeed.map((p) => round(accuracyOf(rowsOf(p[name]!, context))));
  const conditions = Object.fromEntries(Object.keys(bySeed[0]!).map((name) => [name, { ten: round(mean(each(name, 1))), thirty: round(mean(each(name, 3))), tenBySeed: each(name, 1), thirtyBySeed: each(name, 3) }]));
  const plain = bySeed.flatMap((p) => rowsOf(p['as recorded']!, 1)), context = bySeed.flatMap((p) => rowsOf(p['as recorded']!, 3));
  // Each half's temperature is found on the other half's people.
  const crossed = (c: number): number => mean(halves.flatMap((h) => [0, 1].map((g) => calibrationError(rowsOf(h[g]!['as recorded']!, c), temperatureOf(rowsOf(h[1 - g]!['as recorded']!, c))))));
  const matrix = confusion(plain), people = [...new Set(plain.map((r) => r.person))].sort((a, b) => a - b);
  const artefacts = seeds.map((seed) => artefactMetrics(read<ArtefactScores>(`evaluate-artefact-${seed}`)));
  const spread = (pick: (m: (typeof artefacts)[number]) => Record<string, number>): Record<string, number> => Object.fromEntries(Object.keys(pick(artefacts[0]!)).map((k) => [k, round(mean(artefacts.map((a) => pick(a)[k]!)))]));
  const average = (pick: (m: (typeof artefacts)[number]) => number): number => round(mean(artefacts.map(pick)));
  return {
    people, windows: plain.length / seeds.length, seeds: seeds.length, conditions, confusion: matrix, f1: Object.fromEntries(f1(matrix).map((v, k) => [ACTIVITIES[k]!, round(v)])),
    byPerson: Object.fromEntries(people.map((p) => [p, { ten: round(accuracyOf(plain.filter((r) => r.person === p))), thirty: round(accuracyOf(context.filter((r) => r.person === p))) }])),
    temperature: { window: temperatureOf(plain), context: temperatureOf(context) }, calibration: { ten: round(crossed(1)), thirty: round(crossed(3)) },
    confusionOtherDevice: confusion(bySeed.flatMap((p) => rowsOf(p['1637']!, 1))),
    artefact: {
      auroc: average((a) => a.auroc), found: average((a) => a.found), falseAlarms: average((a) => a.falseAlarms), falseAlarmsPlain: average((a) => a.falseAlarmsPlain), falseAlarmsOtherDevice: average((a) => a.falseAlarmsOtherDevice),
      kinds: spread((a) => a.kinds), leftOut: Object.fromEntries(artefacts.flatMap((a) => Object.entries(a.leftOut)).map(([k, v]) => [k, round(v)])), falseAlarmsByActivity: spread((a) => a.falseAlarmsByActivity),
    },
  };
}

const metricsFile = join(out, 'metrics.json');
const metrics: Metrics | null = mode === 'evaluate' ? evaluate() : existsSync(metricsFile) ? JSON.parse(readFileSync(metricsFile, 'utf8')) as Metrics : null;
const activity = loadWeights(join(work, 'activity.json'), 'activity');
const artefact = loadWeights(join(work, 'artefact.json'), 'artefact');
const threshold = thresholdAt(read<ArtefactScores>('artefact-threshold').thresholdReal, ALARMS);
// The threshold's log-odds become even odds: an artefact is what is likelier one than not.
const scale = { gain: 0.5, shift: round(-0.5 * threshold) };
const hash = await writeModel(out, NAME, {
  activity: runtimeActivity(activity.model), artefact: runtimeArtefact(artefact.model), activityStandard: activity.standard, artefactStandard: artefact.standard,
  temperature: metrics?.temperature ?? { window: 1, context: 1 }, artefactScale: scale, artefactThreshold: 0.5,
});
if (metrics !== null) {
  writeFileSync(metricsFile, `${JSON.stringify(metrics, null, 1)}\n`);
  writeFileSync(join(out, 'card.md'), cardOf(metrics, hash));
  const c = metrics.conditions['as recorded']!, a = metrics.artefact;
  console.log(`  six classes ${(100 * c.ten).toFixed(1)} % on 10 s, ${(100 * c.thirty).toFixed(1)} % with 30 s; artefacts AUROC ${a.auroc}, found ${(100 * a.found).toFixed(1)} % at ${(100 * a.falseAlarms).toFixed(2)} % false alarms`);
}
console.log(`  ${hash}`);
