import { afterAll, describe, expect, it } from 'vitest';
import { fileURLToPath } from 'node:url';
import { readModel } from '../../../electron/quality/model/model-file.ts';
import { openTrainedModel } from '../../../electron/quality/model/open.ts';
import { ScorePool } from '../../../electron/quality/model/score-pool.ts';
import { readWisdm, wisdmFolder, type Clip } from '../../../scripts/train/wisdm.ts';

const data = wisdmFolder(fileURLToPath(new URL('../../../', import.meta.url)));
if (data === null) console.warn('skipped: ../shared/data not present');

/**
 * The app's own path from rows to labels, on people whom the shipped model was trained on: this guards the path, and says
 * nothing of people it does not know (`npm run bench -- quality-model` does).
 */
describe.skipIf(data === null)('the recordings that the model was made from', () => {
  const clips = data === null ? [] : readWisdm(data), pool = new ScorePool(readModel(), { threads: 2 });
  afterAll(() => pool.close());

  /** A person's clips one after another, with the axes in this order and these signs. */
  async function labels(mine: Clip[], axes: [number, number][]): Promise<{ right: number; alarms: number }> {
    const model = openTrainedModel({ pool });
    let at = 0;
    const expected: number[] = [];
    for (const { axes: a, label } of mine) {
      const n = Math.floor(a.x.length / 200) * 200, t = Float64Array.from({ length: n }, (_, i) => (at + i) * 50_000), all = [a.x, a.y, a.z];
      const [x, y, z] = axes.map(([from, sign]) => Float64Array.from({ length: n }, (_, i) => sign * all[from]![i]!)) as [Float64Array, Float64Array, Float64Array];
      await model.push(t, x, y, z);
      at += n;
      for (let i = 0; i < n; i += 200) expected.push(label);
    }
    const { index, classes, artefact } = await model.finish();
    const said = [...index].map((_, i) => { const row = [...classes.subarray(i * 6, i * 6 + 6)]; return row.indexOf(Math.max(...row)); });
    return { right: [...index].filter((w, i) => said[i] === expected[w]).length / index.length, alarms: [...artefact].filter((p) => p >= model.artefactThreshold).length / index.length };
  }

  it.each([
    ['as recorded', [[0, 1], [1, 1], [2, 1]]],
    ['on the other wrist', [[0, -1], [1, 1], [2, 1]]],
    ['turned by 90°', [[1, -1], [0, 1], [2, 1]]],
    ['with its axes in another order', [[2, 1], [0, 1], [1, 1]]],
  ] as [string, [number, number][]][])('are told right %s', async (_, axes) => {
    for (const person of [1601, 1610, 1630]) {
      const { right, alarms } = await labels(clips.filter((c) => c.person === person), axes);
      expect(right).toBeGreaterThan(0.85);
      expect(alarms).toBeLessThan(0.05);
    }
  });
});
