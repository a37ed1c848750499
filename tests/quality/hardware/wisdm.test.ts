import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openOne } from '../../open-one.ts';
import { recognise } from '../../../electron/quality/hardware/recognise.ts';
import { builtInList, createRegistry } from '../../../electron/quality/hardware/registry.ts';
import { scoreRecording } from '../../../electron/quality/score.ts';
import { sharedData } from '../../shared-data.ts';

const data = sharedData();
const registry = createRegistry([builtInList()]);

/** What the entry says of the LG G Watch was measured on these files. */
describe.skipIf(data === null)('the watch of the WISDM set', () => {
  const files = data === null ? [] : readdirSync(join(data, 'wisdm-watch')).filter((n) => n.endsWith('.txt')).sort();
  const hardware = async (name: string) => {
    const source = await openOne(join(data!, 'wisdm-watch', name), {});
    const { entry } = recognise(source.draft.source, registry);
    expect(entry?.id).toBe('lg-g-watch');
    const report = await scoreRecording({ channels: source.draft.channels, simulated: false, device: entry }, source.batches);
    return { score: report.parts.find((p) => p.name === 'hardware')!.score, reasons: report.reasons.filter((r) => r.code.startsWith('hardware-')) };
  };

  it('measured all people but one', async () => {
    expect(files).toHaveLength(38);
    for (const name of files.filter((n) => !n.includes('1637'))) expect([name, await hardware(name)]).toEqual([name, { score: 100, reasons: [] }]);
  });

  it('cannot have measured person 1637, whose values go far beyond 2 g', async () => {
    const { score, reasons } = await hardware('data_1637_accel_watch.txt');
    expect(score).toBe(0);
    expect(reasons).toMatchObject([{ code: 'hardware-range', channel: 'acceleration', sentence: expect.stringMatching(/^\d+ rows of acceleration lie beyond ±20\.1 m\/s2, which is all that the LG G Watch can give\.$/) }]);
    expect(reasons[0]!.spans.length).toBeGreaterThan(0);
  });
});
