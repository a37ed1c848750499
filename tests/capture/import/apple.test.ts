import { describe, expect, it } from 'vitest';
import { appleDevice, beatSeconds } from '../../../electron/capture/import/formats/apple-health.ts';
import { code } from '../helpers.ts';
import { APPLE_HEAD, appleRecord, held, readAll, WATCH, zip } from './fixtures.ts';

const utc = (text: string) => Date.parse(text) * 1000;
const EXPORT = `${APPLE_HEAD}${appleRecord('HeartRate', 'count/min', '61', '2024-03-31 01:59:55 +0100')}${appleRecord('HeartRate', 'count/min', '60', '2024-03-30 23:00:00 +0100')
}${appleRecord('HeartRate', 'count/min', '62', '2024-03-31 03:00:05 +0200')}${appleRecord('OxygenSaturation', '%', '0.97', '2024-03-31 03:00:05 +0200')
}${appleRecord('StepCount', 'count', '17', '2024-03-31 09:00:00 +0200', '2024-03-31 09:05:00 +0200')
}${appleRecord('StepCount', 'count', '19', '2024-03-31 09:00:00 +0200', '2024-03-31 09:05:00 +0200', 'sourceName="Anna’s iPhone"')
}${appleRecord('BodyTemperature', 'degF', '98.6', '2024-03-31 09:00:00 +0200')}${appleRecord('DietaryWater', 'mL', '200', '2024-03-31 09:00:00 +0200')
} <Record type="HKCategoryTypeIdentifierSleepAnalysis" ${WATCH} startDate="2024-03-31 01:30:00 +0100" endDate="2024-03-31 03:30:00 +0200" value="HKCategoryValueSleepAnalysisAsleepREM"/>
 <Record type="HKQuantityTypeIdentifierHeartRateVariabilitySDNN" ${WATCH} unit="ms" startDate="2024-03-30 23:59:58 +0100" endDate="2024-03-31 00:00:58 +0100" value="44.5">
  <HeartRateVariabilityMetadataList>
   <InstantaneousBeatsPerMinute bpm="60" time="11:59:58.50 PM"/>
   <InstantaneousBeatsPerMinute bpm="60" time="11:59:59.45 PM"/>
   <InstantaneousBeatsPerMinute bpm="60" time="12:00:00.45 AM"/>
  </HeartRateVariabilityMetadataList>
 </Record>
 <Correlation type="HKCorrelationTypeIdentifierBloodPressure">
${appleRecord('HeartRate', 'count/min', '99', '2024-03-31 12:00:00 +0200')} </Correlation>
</HealthData>
`;

describe('Apple Health', () => {
  it('makes a recording of each type and source, in order, with daylight saving right', async () => {
    const { recordings, report, formats } = await readAll(held(EXPORT));
    expect(formats).toEqual(['apple-health']);
    const by = (title: string) => recordings.filter((r) => r.title.startsWith(title));
    const heart = by('Heart rate (Apple')[0]!;
    // Ten seconds apart, though the clock was put forward by an hour in between.
    expect(heart.t).toEqual([utc('2024-03-30T22:00:00Z'), utc('2024-03-31T00:59:55Z'), utc('2024-03-31T01:00:05Z')]);
    expect(heart.values).toEqual([[60, 61, 62]]);
    expect(heart.zone).toBe('Offsets given with the times: +01:00, +02:00.');
    expect(by('Steps').map((r) => r.values)).toEqual([[[17], [300]], [[19], [300]]]);
    expect(by('Oxygen')[0]!.values).toEqual([[97]]);
    expect(by('Body')[0]!.channels[0]).toMatchObject({ unit: '[degF]', loinc: '8310-5' });
    expect(by('Sleep')[0]!.values).toEqual([[4], [3600]]);
    expect(by('Sleep')[0]!.annotations).toEqual([{ from: utc('2024-03-31T00:30:00Z'), to: utc('2024-03-31T01:30:00Z'), label: 'REM sleep' }]);
    expect(by('RR')[0]!.values).toEqual([[950, 1000]]);
    expect(by('RR')[0]!.t.at(-1)).toBe(utc('2024-03-30T23:00:00.450Z'));
    expect(report.total.skipped).toContainEqual({ reason: 'type-not-read: DietaryWater', count: 1, firstLine: 0 });
  });

  it('keeps no name of a person', async () => {
    const { recordings } = await readAll(held(EXPORT));
    expect(JSON.stringify(recordings)).not.toContain('Anna');
    expect(recordings[0]!.device).toBe('Apple Inc. Watch Watch6,2');
    expect(appleDevice('<<HKDevice: 0x2>, name:Bob, manufacturer:Apple, model:iPhone>')).toBe('Apple iPhone');
  });

  it('is the same from a zip, beside a clinical document, whatever it is called', async () => {
    const inZip = await readAll(held(zip([{ name: 'apple_health_export/导出.xml', content: EXPORT }, { name: 'apple_health_export/export_cda.xml', content: '<?xml version="1.0"?><ClinicalDocument/>' }]), '导出.zip'));
    const alone = await readAll(held(EXPORT));
    expect(inZip.recordings.map((r) => [r.series, r.t, r.values])).toEqual(alone.recordings.map((r) => [r.series, r.t, r.values]));
    expect(inZip.report.files).toContainEqual({ name: 'apple_health_export/export_cda.xml', format: null, reason: 'format-unknown' });
  });

  it('gives the same when rows do not fit in memory', async () => {
    let text = APPLE_HEAD;
    for (let i = 0; i < 60_000; i++) text += appleRecord('HeartRate', 'count/min', String(50 + (i % 90)), new Date(1.6e12 + ((i * 7919) % 60_000) * 5000).toISOString().replace('T', ' ').replace(/\..*/, ' +0000'));
    text += '</HealthData>';
    const [small, large] = [await readAll(held(text), { memoryBytes: 100_000 }), await readAll(held(text))];
    expect(small.recordings[0]!.t).toEqual(large.recordings[0]!.t);
    expect(small.recordings[0]!.values).toEqual(large.recordings[0]!.values);
    expect(large.recordings[0]!.t.length).toBe(60_000);
    expect(large.recordings[0]!.t.every((t, i, a) => i === 0 || t > a[i - 1]!)).toBe(true);
  });

  it('keeps what a cut file holds and says so; reads no entity', async () => {
    const cut = await readAll(held(EXPORT.slice(0, EXPORT.indexOf('<Correlation'))));
    expect(cut.report.total.skipped.some((s) => s.reason === 'file-truncated')).toBe(true);
    expect(cut.recordings.length).toBeGreaterThan(5);
    const entity = EXPORT.replace('value="61"', 'value="&lol;"').replace('<!ENTITY lol "lollollol">', '<!ENTITY lol SYSTEM "file:///etc/passwd">');
    const read = await readAll(held(entity));
    expect(read.recordings.find((r) => r.title.startsWith('Heart rate ('))!.values).toEqual([[60, 62]]);
  });

  it('reads the clock of beats in its three forms', () => {
    expect(beatSeconds('20:14:07.68')).toBeCloseTo(72847.68);
    expect(beatSeconds('6:14:48.94\u202fPM')).toBeCloseTo(18 * 3600 + 14 * 60 + 48.94);
    expect(beatSeconds('08:34:05,10')).toBeCloseTo(30845.1);
    expect(beatSeconds('25:00:00')).toBeNaN();
  });

  it('stops when it is cancelled and tells of its progress', async () => {
    const control = new AbortController();
    const seen: number[] = [];
    const text = `${APPLE_HEAD}${appleRecord('HeartRate', 'count/min', '61', '2024-03-31 01:59:55 +0100').repeat(8000)}</HealthData>`;
    expect((await code(readAll(held(text), { signal: control.signal, onProgress: (done, total) => { seen.push(done / total!); if (done > 500_000) control.abort(); } }))).code).toBe('cancelled');
    expect(seen.length).toBeGreaterThan(1);
  });
});
