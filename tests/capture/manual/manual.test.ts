import { describe, expect, it } from 'vitest';
import { openManual } from '../../../electron/capture/manual/index.ts';
import { Channel, SourceInfo } from '../../../shared/domain/recording.ts';
import { isAppError } from '../../../shared/errors.ts';
import { drain } from '../helpers.ts';

const at = (minute: number) => ({ time: Date.parse('2024-01-01T08:00:00Z') + minute * 60_000, offsetMinutes: 60 });

describe('manual entry', () => {
  it('makes a recording of each kind, in order, with units and codes', async () => {
    const sources = openManual([
      { kind: 'weight', ...at(5), value: 71.25, unit: 'kg' }, { kind: 'weight', ...at(0), value: 71.3, unit: 'kg' }, { kind: 'weight', ...at(0), value: 71.3, unit: 'kg' },
      { kind: 'blood-pressure', ...at(0), systolic: 121, diastolic: 79 }, { kind: 'blood-pressure', ...at(9), systolic: 118, diastolic: 76, pulse: 61 },
      { kind: 'medicine', ...at(0), name: 'Ibuprofen', amount: 400, unit: 'mg' }, { kind: 'training', ...at(0), name: 'Running', minutes: 30.5, effort: 6 },
      { kind: 'symptom', ...at(0), name: 'Headache', severity: 4, minutes: 90 }, { kind: 'glucose', ...at(0), value: 5.4, unit: 'mmol/L' }, { kind: 'glucose', ...at(0), value: 97, unit: 'mg/dL' },
    ]);
    const all = await Promise.all(sources.map(async (s) => ({ s, ...(await drain(s)) })));
    const of = (title: string) => all.filter((x) => x.s.draft.title.startsWith(title));
    expect(of('Weight')[0]!.values).toEqual([[71.3, 71.25]]);
    expect(of('Weight')[0]!.report).toMatchObject({ rowsRead: 2, skipped: [{ reason: 'repeated', count: 1 }] });
    expect(of('Blood pressure')[0]!.values).toEqual([[121, 118], [79, 76], [NaN, 61]]);
    expect(of('Blood pressure')[0]!.s.draft.channels.map((c) => [c.loinc, c.unit])).toEqual([['8480-6', 'mm[Hg]'], ['8462-4', 'mm[Hg]'], ['8867-4', '/min']]);
    expect(of('Training')[0]!.annotations[0]).toEqual({ from: at(0).time * 1000, to: at(30.5).time * 1000, label: 'Running' });
    expect(of('Blood glucose').map((x) => x.s.draft.channels[0]!.loinc)).toEqual(['15074-8', '2339-0']);
    for (const { s } of all) { SourceInfo.parse(s.draft.source); s.draft.channels.forEach((c) => Channel.parse(c)); }
    expect(of('Medicine')[0]!.s.draft.source.zone).toContain('+01:00');
  });
  it.each([[{ kind: 'weight', ...at(0), value: -1, unit: 'kg' }], [{ kind: 'weight', ...at(0), value: NaN, unit: 'kg' }], [{ kind: 'blood-pressure', ...at(0), systolic: 70, diastolic: 110 }], [{ kind: 'glucose', ...at(0), value: 97, unit: 'mmol/L' }], [{ kind: 'mood' }], [null], [{ kind: 'medicine', ...at(0), name: ' ', amount: 1, unit: 'mg' }]])('refuses %j', (entry) => {
    try { openManual([entry]); expect.unreachable(); } catch (error) { expect(isAppError(error, 'invalid-argument')).toBe(true); }
  });
});
