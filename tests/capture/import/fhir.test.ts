import { describe, expect, it } from 'vitest';
import { code } from '../helpers.ts';
import { held, readAll } from './fixtures.ts';

const utc = (text: string) => Date.parse(text) * 1000;
const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
type Fields = Record<string, unknown>;
const observation = (loinc: string, value: number, unit: string, at: string, more: Fields = {}) => ({
  resourceType: 'Observation', status: 'final', code: { coding: [{ system: LOINC, code: loinc, display: 'as they call it' }] }, effectiveDateTime: at, valueQuantity: { value, unit, system: UCUM, code: unit }, ...more,
});
const bundle = (resources: Fields[], more: Fields = {}) => JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: resources.map((resource, i) => ({ fullUrl: `urn:uuid:00000000-0000-4000-8000-${String(i).padStart(12, '0')}`, resource })), ...more });
const T = '2024-03-30T22:00:05+01:00';
const skipped = (report: { total: { skipped: { reason: string; count: number }[] } }) => Object.fromEntries(report.total.skipped.map((s) => [s.reason, s.count]));

describe('FHIR R4 import', () => {
  it('gives each measure a recording of its own, in the units that the app keeps', async () => {
    const { recordings, formats } = await readAll(held(bundle([
      { resourceType: 'Device', deviceName: [{ name: 'Watch 9', type: 'model-name' }], manufacturer: 'Acme' },
      observation('8867-4', 61, '/min', T, { device: { reference: 'urn:uuid:00000000-0000-4000-8000-000000000000' } }),
      observation('8867-4', 62, '{beats}/min', '2024-03-30T21:00:06Z', { device: { reference: 'urn:uuid:00000000-0000-4000-8000-000000000000' } }),
      observation('8310-5', 98.6, '[degF]', T), observation('29463-7', 154.32, '[lb_av]', T), observation('2339-0', 95, 'mg/dL', T), observation('15074-8', 5.2, 'mmol/L', T),
      observation('55423-8', 120, '{steps}', T, { effectiveDateTime: undefined, effectivePeriod: { start: T, end: '2024-03-30T22:01:05+01:00' } }),
      { resourceType: 'Observation', status: 'final', code: { coding: [{ system: LOINC, code: '85354-9' }] }, effectiveDateTime: T, component: [['8480-6', 121], ['8462-4', 79]].map(([c, v]) => ({ code: { coding: [{ system: LOINC, code: c }] }, valueQuantity: { value: v, system: UCUM, code: 'mm[Hg]' } })) },
      observation('3141-9', 3.3, 'mg/L', T),
    ])));
    expect(formats).toEqual(['fhir']);
    const of = (title: string) => recordings.find((r) => r.title.startsWith(title))!;
    expect(of('Heart rate')).toMatchObject({ t: [utc('2024-03-30T21:00:05Z'), utc('2024-03-30T21:00:06Z')], values: [[61, 62]], device: 'Acme Watch 9', kind: 'fhir' });
    expect(of('Heart rate').zone).toContain('+01:00');
    expect(of('Body temperature').values).toEqual([[37]]);
    expect(of('Weight').values[0]![0]).toBeCloseTo(69.998, 2);
    expect(recordings.filter((r) => r.title.startsWith('Blood glucose')).map((r) => r.values[0]![0]).sort()).toEqual([5.2, 95]);
    expect(of('Steps').values).toEqual([[120], [60]]);
    expect(of('Blood pressure').values).toEqual([[121], [79]]);
    expect(of('as they call it').values).toEqual([[3.3]]);
  });

  it('reads sampled data with factor, gaps and several dimensions', async () => {
    const sampled = (code: Fields, data: Fields) => ({ resourceType: 'Observation', status: 'final', code, effectiveDateTime: '2024-01-01T00:00:00Z', valueSampledData: data });
    const { recordings } = await readAll(held(bundle([
      sampled({ coding: [{ system: LOINC, code: '8867-4' }] }, { origin: { value: 0, system: UCUM, code: '/min' }, period: 1000, dimensions: 1, data: '60 61 E 63' }),
      sampled({ coding: [{ system: 'urn:phdex:channel-kind', code: 'acceleration' }], text: 'acceleration' }, { origin: { value: 1, system: UCUM, code: 'g' }, period: 20, factor: 0.01, dimensions: 3, data: '1 2 3 4 U -6' }),
    ])));
    const heart = recordings.find((r) => r.title.startsWith('Heart'))!;
    expect(heart.t).toEqual([0, 1, 3].map((s) => utc('2024-01-01T00:00:00Z') + s * 1e6));
    expect(heart.values).toEqual([[60, 61, 63]]);
    const wrist = recordings.find((r) => r.title.startsWith('acceleration'))!;
    expect(wrist.values).toEqual([[1.01, 1.04], [1.02, NaN], [1.03, 0.94]]);
    expect(wrist.t[1]! - wrist.t[0]!).toBe(20_000);
  });

  it('leaves out and counts what is not valid, not exact or not in a unit of its code, and of another person', async () => {
    const me = { subject: { reference: 'Patient/1' } };
    const { report, recordings } = await readAll(held(bundle([
      observation('8867-4', 61, '/min', T, me),
      observation('8867-4', 61, 'kg', T, me), observation('8310-5', 37, '%', T, me), observation('8867-4', 61, '/min', '2024-03-30', me),
      observation('8867-4', 61, '/min', T, { ...me, status: 'entered-in-error' }), observation('8867-4', 61, '/min', T, { ...me, status: 'invented' }), observation('8867-4', 61, '/min', T, { subject: { reference: 'Patient/2' } }),
      { ...observation('8867-4', 61, '/min', T, me), valueQuantity: { value: 61, unit: 'bpm' } }, { ...observation('8867-4', 61, '/min', T, me), valueQuantity: { value: 61, comparator: '<', system: UCUM, code: '/min' } },
      { ...observation('8867-4', 61, '/min', T, me), valueQuantity: undefined, dataAbsentReason: { text: 'sensor off' } }, { ...observation('8867-4', 1, '/min', T, me), valueQuantity: undefined, valueString: 'high' },
      { ...observation('8867-4', 61, '/min', T, me), effectiveDateTime: 'noon' }, { resourceType: 'Condition', subject: { reference: 'Patient/1' } },
    ])));
    expect(recordings.map((r) => r.values)).toEqual([[[61]]]);
    expect(skipped(report)).toEqual({
      'unit-does-not-fit': 2, 'time-not-exact': 1, 'status-entered-in-error': 1, 'fhir-not-valid': 2, 'other-subject': 1, 'unit-not-ucum': 1, 'value-not-exact': 1, 'value-missing': 1, 'type-not-read: value': 1, 'type-not-read: Condition': 1,
    });
  });

  describe('with Provenance', () => {
    const uuid = (i: number) => `urn:uuid:00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
    const provenance = (targets: string[], more: Fields = {}) => ({
      resourceType: 'Provenance', target: targets.map((reference) => ({ reference })), recorded: '2024-04-01T08:00:00Z', activity: { text: 'Read out at the visit' },
      agent: [{ who: { display: 'Dr. Ohm, Clinic North' } }], entity: [{ role: 'source', what: { display: 'Holter 7' } }], ...more,
    });
    const said = { recorded: '2024-04-01T08:00:00Z', activity: 'Read out at the visit', who: ['Dr. Ohm, Clinic North'], from: ['Holter 7'] };
    const heart = (more: Fields = {}) => observation('8867-4', 61, '/min', T, more);

    it('keeps what it says with the recordings that hold its targets, in whatever order they stand', async () => {
      const { recordings, report } = await readAll(held(bundle([
        provenance([uuid(2)]), provenance(['Observation/w/_history/3'], { agent: [{ who: { reference: uuid(4) } }, { who: { identifier: { value: 'N-77' } } }, { who: { reference: 'Organization/9' } }], activity: undefined, entity: undefined }),
        heart(), { ...observation('29463-7', 70, 'kg', T), id: 'w' }, { resourceType: 'Device', manufacturer: 'Acme', deviceName: [{ name: 'Scale', type: 'model-name' }] }, provenance([uuid(2)]), observation('8310-5', 37, 'Cel', T),
      ])));
      const of = (title: string) => recordings.find((r) => r.title.startsWith(title))!.report.origins;
      expect(of('Heart rate')).toEqual([said]);
      expect(of('Weight')).toEqual([{ recorded: said.recorded, activity: null, who: ['Acme Scale', 'N-77', 'Organization/9'], from: [] }]);
      expect(of('Body temperature')).toBeUndefined();
      expect(skipped(report)).toEqual({});
      expect(JSON.stringify(recordings.map((r) => [r.title, r.device, r.series, r.zone]))).not.toMatch(/Ohm|Holter/);
    });

    it('of the whole Bundle is about all of it, held in memory or not', async () => {
      const text = bundle([heart(), observation('29463-7', 70, 'kg', T), provenance(['Bundle/b-1'])], { id: 'b-1' });
      for (const each of [text, text.replace('"entry":[', `"entry":[${' '.repeat(17 << 20)}`)]) expect((await readAll(held(each))).recordings.map((r) => r.report.origins)).toEqual([[said], [said]]);
    });

    it('that is not valid, or about what was not read, is counted and not kept', async () => {
      const { recordings, report } = await readAll(held(bundle([
        heart(), heart({ status: 'entered-in-error' }), provenance([uuid(0)], { agent: undefined }), provenance([uuid(0)], { recorded: 'yesterday' }), provenance([uuid(0)], { recorded: `2024-04-01T08:00:00.${'1'.repeat(500)}Z` }), provenance([uuid(0)], { target: 'all' }), provenance([]),
        provenance([uuid(1)]), provenance(['Patient/1']), provenance([uuid(77)]), provenance(['Bundle/other']), provenance(Array.from({ length: 20_001 }, () => uuid(0))),
      ])));
      expect(recordings.map((r) => r.report.origins)).toEqual([undefined]);
      expect(skipped(report)).toEqual({ 'status-entered-in-error': 1, 'fhir-not-valid': 5, 'provenance-target-not-read': 4, 'provenance-too-large': 1 });
    });

    it('of a stranger is short, on one line, and not without end', async () => {
      const long = provenance([uuid(0)], { activity: { text: `a\u202Eb\n${'x'.repeat(5000)}` }, agent: Array.from({ length: 50 }, (_, i) => ({ who: { display: `${i}${'😀'.repeat(400)}` } })), entity: [{ role: 'removal', what: { display: 'taken out' } }] });
      const cut = (await readAll(held(bundle([heart(), long])))).recordings[0]!.report.origins!;
      expect(cut).toHaveLength(1);
      expect(cut[0]).toMatchObject({ activity: `a b ${'x'.repeat(116)}`, from: [] });
      expect(cut[0]!.who).toHaveLength(5);
      for (const who of cut[0]!.who) expect([who.length <= 120, who.isWellFormed()]).toEqual([true, true]);

      const { recordings, report } = await readAll(held(bundle([heart(), ...Array.from({ length: 10_000 }, (_, i) => provenance([uuid(0)], { activity: { text: `step ${i}` } }))])));
      expect(recordings[0]!.report.origins!.map((o) => o.activity)).toEqual(Array.from({ length: 20 }, (_, i) => `step ${i}`));
      expect(skipped(report)).toEqual({ 'provenance-too-many': 9980 });
    });
  });

  it('knows what it has read before', async () => {
    const file = bundle([observation('8867-4', 61, '/min', T)]);
    const [a, b] = [await readAll(held(file)), await readAll(held(file))];
    expect(a.recordings[0]!.series).toBe(b.recordings[0]!.series);
    expect(a.recordings[0]!.series).toMatch(/^fhir:heart-rate/);
  });

  it('reads one Observation, and a Bundle that is longer than is held in memory', async () => {
    expect((await readAll(held(JSON.stringify(observation('8867-4', 61, '/min', T))))).recordings[0]!.values).toEqual([[61]]);
    const pad = ' '.repeat(17 << 20);
    const text = bundle([observation('8867-4', 61, '/min', T), observation('8867-4', 62, '/min', '2024-03-30T22:00:06+01:00')]).replace('"entry":[', `"entry":[${pad}`);
    expect((await readAll(held(text))).recordings[0]!.values).toEqual([[61, 62]]);
  });

  it('is not led into the deep, and does not take a list of nonsense for a recording', async () => {
    const deep = `{"resourceType":"Bundle","type":"collection","entry":[{"resource":${'{"a":'.repeat(60)}1${'}'.repeat(60)}}]}`;
    expect(await code(readAll(held(deep)))).toMatchObject({ code: 'invalid-argument' });
    expect(await code(readAll(held(deep.replace('"entry":[', `"entry":[${' '.repeat(17 << 20)}`))))).toMatchObject({ code: 'row-malformed' });
    for (const entry of ['[1,null,"x",[],{}]', '[{"resource":null}]', '[{"resource":{"resourceType":"Observation"}}]', '{"a":1}', '[{"resource":{"resourceType":"__proto__"}}]']) {
      const { code: got } = await code(readAll(held(`{"resourceType":"Bundle","type":"collection","entry":${entry}}`)));
      expect(['too-few-samples', 'row-malformed']).toContain(got);
    }
    expect(await code(readAll(held('{"resourceType":"Bundle","entry":[')))).toMatchObject({ code: expect.stringMatching(/invalid-argument|file-truncated/) as string });
  });
});
