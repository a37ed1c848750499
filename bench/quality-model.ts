/**
 * The pattern model: what it reached on people whom training left out (from `resources/models/phdex-wrist/metrics.json`, which
 * `npm run train -- --evaluate` writes), and how fast this machine scores a day.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openTrainedModel } from '../electron/quality/model/open.ts';
import { ScorePool } from '../electron/quality/model/score-pool.ts';
import type { Metrics } from '../scripts/train/card.ts';
import { DEVICE_NAMES } from '../scripts/train/conditions.ts';

const FILE = new URL('../resources/models/phdex-wrist/metrics.json', import.meta.url);
const percent = (v: number): string => `${(100 * v).toFixed(1)} %`;
const average = (v: Record<string, number>): number => Object.values(v).reduce((a, b) => a + b, 0) / Math.max(1, Object.keys(v).length);

/** A made day at 100 Hz, an hour at a time: rest, and walking in a third of it. */
function* day(): Generator<[Float64Array, Float64Array, Float64Array, Float64Array]> {
  const rows = 360_000;
  let seed = 1;
  const noise = (): number => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return seed / 4294967296 - 0.5; };
  for (let hour = 0; hour < 24; hour++) {
    const t = new Float64Array(rows), x = new Float64Array(rows), y = new Float64Array(rows), z = new Float64Array(rows), walks = hour % 3 === 1;
    for (let i = 0; i < rows; i++) {
      const s = hour * 3600 + i / 100, swing = walks ? Math.sin(5.8 * s) : 0, step = walks ? Math.sin(11.6 * s + 0.4) : 0;
      t[i] = s * 1e6; x[i] = (walks ? 9.3 : 1) + 2 * step + 0.1 * noise(); y[i] = -1 + 1.5 * swing + 0.1 * noise(); z[i] = (walks ? 1 : 9.6) + 2 * swing + 0.1 * noise();
    }
    yield [t, x, y, z];
  }
}

async function speed(): Promise<void> {
  const batches = [...day()];
  for (const threads of [1, 2]) {
    const pool = new ScorePool(undefined, { threads });
    try {
      // The threads start while a recording is read; here they are given the time before the clock starts.
      const warm = openTrainedModel({ pool });
      await warm.push(...batches[0]!);
      await warm.finish();
      let longest = 0, last = performance.now();
      const beat = setInterval(() => { const now = performance.now(); longest = Math.max(longest, now - last - 5); last = now; }, 5);
      const before = performance.now();
      const model = openTrainedModel({ pool });
      for (const [t, x, y, z] of batches) for (let i = 0; i < t.length; i += 8192) { await model.push(t.subarray(i, i + 8192), x.subarray(i, i + 8192), y.subarray(i, i + 8192), z.subarray(i, i + 8192)); if (i % 32_768 === 0) await new Promise(setImmediate); }
      const windows = await model.finish();
      const took = performance.now() - before;
      clearInterval(beat);
      console.log(`  24 h of 100 Hz, ${threads} thread${threads > 1 ? 's' : ''}: ${(took / 1000).toFixed(2)} s for ${windows.index.length} windows; event loop held for at most ${Math.max(0, longest).toFixed(0)} ms (made data)`);
    } finally { await pool.close(); }
  }
}

export async function run(): Promise<void> {
  if (existsSync(FILE)) {
    const m = JSON.parse(readFileSync(FILE, 'utf8')) as Metrics, plain = m.conditions['as recorded']!, other = m.conditions['1637']!, a = m.artefact;
    console.log(`WISDM watch (shared/data/wisdm-watch), ${m.people.length} people left out of training, ${m.windows} windows; recorded by npm run train -- --evaluate (${fileURLToPath(FILE).split('/').slice(-4).join('/')})`);
    const line = (what: string, value: string, wanted: string): void => console.log(`  ${what.padEnd(86)} ${value.padStart(8)}   wanted ${wanted}`);
    line(`six classes, 10 s (seeds: ${plain.tenBySeed.map(percent).join(', ')})`, percent(plain.ten), '≥ 92 %');
    line(`six classes, 30 s of context (${plain.thirtyBySeed.map(percent).join(', ')})`, percent(plain.thirty), '≥ 95 %');
    line('person 1637, another device, never trained on, 10 s / 30 s', `${percent(other.ten)} / ${percent(other.thirty)}`, '≥ 85 %');
    for (const name of DEVICE_NAMES) if (m.conditions[name]) line(`device, simulated on the people left out: ${name}, 10 s / 30 s`, `${percent(m.conditions[name].ten)} / ${percent(m.conditions[name].thirty)}`, '≥ 85 %');
    for (const [name, c] of Object.entries(m.conditions)) if (name !== 'as recorded' && !name.startsWith('1637') && !DEVICE_NAMES.includes(name)) line(`loss: ${name}`, `${(100 * (plain.ten - c.ten)).toFixed(1)} pts`, '< 3 points');
    line('expected calibration error, 10 s / 30 s', `${percent(m.calibration.ten)} / ${percent(m.calibration.thirty)}`, '≤ 5 %');
    line('artefacts: AUROC', a.auroc.toFixed(4), '≥ 0.998');
    line('artefacts: found', percent(a.found), '≥ 97 %');
    line('false alarms on test people, as recorded / other honest watches', `${percent(a.falseAlarmsPlain)} / ${percent(a.falseAlarms)}`, '≤ 1.5 %');
    line('false alarms on 1637', percent(a.falseAlarmsOtherDevice), '≤ 1.5 %');
    line('kinds left out of training, found on average', Object.keys(a.leftOut).length === 0 ? 'not judged anew' : percent(average(a.leftOut)), '≥ 80 %');
  } else console.log('No evaluation is stored: run npm run train -- --evaluate.');
  await speed();
}
