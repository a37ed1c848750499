import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { readEdfHeader } from '../../../electron/capture/import/formats/edf.ts';
import { twelve } from '../../../electron/capture/import/formats/gt3x.ts';
import { code } from '../helpers.ts';
import { axivityCsv, e4Files, edfFile, fitFile, gadgetbridgeDb, gt3xFile, actigraphCsv, ouraJson, samsungZip, gpxFile, tcxFile } from './devices.ts';
import { held, readAll, zip } from './fixtures.ts';

const utc = (text: string) => Date.parse(text) * 1000;

describe('Fitbit', () => {
  it('reads heart rate, steps and sleep of a Takeout zip as recordings of their own', async () => {
    const { recordings } = await readAll(held(zip([
      { name: 'Takeout/Fitbit/Physical Activity/heart_rate-2024-03-30.json', content: '[{\n"dateTime" : "03/30/24 22:00:05",\n"value" : {"bpm" : 54, "confidence" : 2}\n},{"dateTime":"03/30/24 22:00:10","value":{"bpm":55,"confidence":3}}]' },
      { name: 'Takeout/Fitbit/Physical Activity/heart_rate-2024-03-31.json', content: '[{"dateTime":"03/31/24 05:00:05","value":{"bpm":60,"confidence":0}},{"dateTime":"03/30/24 22:00:10","value":{"bpm":55,"confidence":3}}]' },
      { name: 'Takeout/Fitbit/steps-2024-03-30.json', content: '[{"dateTime":"03/30/24 22:00:00","value":"12"}]' },
      { name: 'Takeout/Fitbit/sleep-2024-03-30.json', content: '[{"logId":1,"dateOfSleep":"2024-03-31","levels":{"data":[{"dateTime":"2024-03-31T01:30:00.000","level":"rem","seconds":3600}]}}]' },
    ])), { zone: 'Europe/Berlin' });
    const [heart, steps, sleep] = ['Heart', 'Steps', 'Sleep'].map((n) => recordings.find((r) => r.title.startsWith(n))!);
    expect(heart!.t).toEqual(['2024-03-30T22:00:05Z', '2024-03-30T22:00:10Z', '2024-03-31T05:00:05Z'].map(utc));
    expect(heart!.values).toEqual([[54, 55, 60], [2, 3, 0]]);
    expect(heart!.report.skipped).toEqual([{ reason: 'repeated', count: 1, firstLine: 0 }]);
    expect(steps!.values).toEqual([[12]]);
    expect(sleep!.annotations).toEqual([{ from: utc('2024-03-31T00:30:00Z'), to: utc('2024-03-31T01:30:00Z'), label: 'REM sleep' }]);
  });
  it('reads the newer CSV', async () => {
    const { recordings } = await readAll(held('timestamp,beats per minute\n2024-01-01T00:00:01Z,60\n2024-01-01T00:00:06Z,\n2024-01-01T00:00:11Z,62.5\n'));
    expect(recordings[0]!.values[0]).toEqual([60, 62.5]);
    expect(recordings[0]!.report.skipped).toEqual([{ reason: 'value-not-finite', count: 1, firstLine: 3 }]);
  });
});

describe('FIT', () => {
  it('reads records, RR intervals and short times of monitoring', async () => {
    const { recordings, formats } = await readAll(held(fitFile()));
    expect(formats).toEqual(['fit']);
    const heart = recordings.find((r) => r.title.startsWith('Heart rate'))!;
    expect(heart.values).toEqual([[100, 101, 70]]);
    expect(heart.t).toEqual([utc('2024-01-01T10:00:00Z'), utc('2024-01-01T10:00:01Z'), utc('2024-01-01T10:01:00Z')]);
    expect(recordings.find((r) => r.title.startsWith('RR'))!.values).toEqual([[600, 590]]);
    expect(heart.device).toBe('FIT manufacturer 1, product 3000');
  });
  it('refuses one whose checksum is wrong', async () => {
    const bytes = Buffer.from(fitFile());
    bytes[bytes.length - 5]! ^= 1;
    expect((await code(readAll(held(bytes)))).code).toBe('file-truncated');
  });
});

describe('GPX and TCX', () => {
  it('reads the heart rate by local names and no position', async () => {
    for (const bytes of [gpxFile(), tcxFile()]) {
      const { recordings } = await readAll(held(bytes));
      expect(recordings).toHaveLength(1);
      expect(recordings[0]!.values).toEqual([[120, 121]]);
      expect(recordings[0]!.t).toEqual([utc('2024-01-01T10:00:00Z'), utc('2024-01-01T10:00:01.5Z')]);
      expect(JSON.stringify(recordings)).not.toContain('52.5');
    }
    expect((await readAll(held(tcxFile()))).recordings[0]!.annotations[0]!.label).toBe('lap 1');
  });
});

describe('Gadgetbridge', () => {
  it('finds the tables, drops what was not measured, keeps no address', async () => {
    const { recordings } = await readAll(held(gadgetbridgeDb()));
    const heart = recordings.find((r) => r.title.startsWith('Heart rate'))!;
    expect(heart.values).toEqual([[61, 62]]);
    expect(heart.t).toEqual([1_700_000_000e6, 1_700_000_060e6]);
    expect(heart.device).toBe('Huami Mi Band 5');
    expect(recordings.find((r) => r.title.startsWith('Oxygen'))!.t).toEqual([1_700_000_000_123e3]);
    expect(JSON.stringify(recordings)).not.toContain('AA:BB');
  });
  it('reads a database in WAL mode without a file beside it', async () => {
    const bytes = Buffer.from(gadgetbridgeDb());
    bytes[18] = bytes[19] = 2;
    expect((await readAll(held(bytes))).recordings.length).toBeGreaterThan(2);
  });
  it('refuses a database of something else, and runs no view', async () => {
    const db = new Database(':memory:');
    db.exec('CREATE TABLE a (x); CREATE VIEW EVIL_SAMPLE AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT i AS TIMESTAMP, i AS HEART_RATE FROM n');
    expect((await code(readAll(held(db.serialize())))).code).toBe('format-unknown');
  });
});

describe('Empatica E4', () => {
  it('gives each file its own clock and the tags to all', async () => {
    const { recordings } = await readAll(held(zip(e4Files())));
    const acc = recordings.find((r) => r.series === 'empatica-e4:acc')!;
    // The example of the reference: -61,25,6 of 1/64 g.
    expect(acc.values.map((v) => v[0])).toEqual([-0.953125, 0.390625, 0.09375]);
    expect(acc.t[1]! - acc.t[0]!).toBe(31_250);
    expect(recordings.find((r) => r.series === 'empatica-e4:hr')!.t[0]).toBe(1_560_279_835e6);
    expect(recordings.find((r) => r.series === 'empatica-e4:ibi')!.values[0]).toEqual([703.125, 718.75]);
    expect(acc.annotations).toEqual([{ from: 1_560_279_826_500_000, to: 1_560_279_827_500_000, label: 'button pressed' }]);
  });
});

describe('ActiGraph', () => {
  it('reads raw CSV with day and month as it says, in the zone that is given', async () => {
    const { recordings } = await readAll(held(actigraphCsv('d/M/yyyy', false)), { zone: 'Europe/Berlin' });
    expect(recordings[0]!.t[0]).toBe(utc('2024-01-03T09:00:00Z'));
    expect(recordings[0]!.values.map((v) => v[1])).toEqual([0.004, -0.5, 1]);
    expect(recordings[0]!.rate).toBe(30);
    expect(recordings[0]!.report.skipped).toEqual([{ reason: 'row-malformed', count: 1, firstLine: 14 }]);
  });
  it('reads times of its own, and refuses counts', async () => {
    const { recordings } = await readAll(held(actigraphCsv('M/d/yyyy', true)));
    expect(recordings[0]!.t.slice(0, 2)).toEqual([utc('2024-03-01T10:00:00Z'), utc('2024-03-01T10:00:00.033Z')]);
    expect((await code(readAll(held(actigraphCsv('M/d/yyyy', false).replace('(hh:mm:ss) 00:00:00', '(hh:mm:ss) 00:01:00'))))).code).toBe('format-unknown');
  });
  it('reads GT3X: both kinds of activity, checks each record', async () => {
    const { recordings } = await readAll(held(gt3xFile()));
    const r = recordings[0]!;
    expect(r.kind).toBe('gt3x');
    expect(r.t.length).toBe(60);
    expect(r.t[0]).toBe(utc('2011-10-31T10:21:00Z'));
    expect([r.values[0]![0], r.values[1]![0], r.values[2]![0]]).toEqual([1, -1, 0.499]);
    expect([r.values[0]![30], r.values[1]![30], r.values[2]![30]]).toEqual([1, -1, 0.499]);
    const cut = gt3xFile(true);
    expect((await readAll(held(cut))).recordings[0]!.report.skipped.some((s) => s.reason === 'checksum-wrong')).toBe(true);
  });
  it('unpacks twelve bits', () => { expect([twelve(Uint8Array.of(0x7f, 0xf8, 0x00), 0), twelve(Uint8Array.of(0x7f, 0xf8, 0x00), 1)]).toEqual([2047, -2048]); });
});

describe('Axivity', () => {
  it('reads rows without a header, leaves the ADC, holds the offset over daylight saving', async () => {
    const { recordings } = await readAll(held(axivityCsv()), { zone: 'Europe/Berlin' });
    expect(recordings[0]!.channels.map((c) => c.name)).toEqual(['acceleration']);
    expect(recordings[0]!.rate).toBe(100);
    // 3:00 on the device's clock, an hour after 2:00, though the zone leaves that hour out.
    expect(recordings[0]!.t.at(-1)! - recordings[0]!.t[0]!).toBe(3600e6);
  });
});

describe('EDF', () => {
  it('makes a recording for each rate; EDF+D by its own stamps; annotations; no patient', async () => {
    const { recordings } = await readAll(held(edfFile()));
    expect(recordings.map((r) => r.rate)).toEqual([4, 1]);
    const [fast, slow] = recordings;
    expect(fast!.channels.map((c) => [c.name, c.kind, c.unit])).toEqual([['ecg-i', 'ecg', 'mV']]);
    expect(slow!.channels[0]).toMatchObject({ kind: 'spo2', unit: '%' });
    expect(fast!.t[0]).toBe(utc('2011-10-31T10:21:00Z'));
    // The second record begins 10 s later: a gap.
    expect(fast!.t[4]! - fast!.t[0]!).toBe(10e6);
    expect(fast!.values[0]!.slice(0, 2)).toEqual([-5, 5]);
    expect(fast!.annotations).toEqual([{ from: utc('2011-10-31T10:21:00.5Z'), to: utc('2011-10-31T10:21:02.5Z'), label: 'Apnea' }]);
    expect(JSON.stringify(recordings)).not.toContain('Haagse');
  });
  it('refuses a header that lies', () => { const bad = edfFile(); bad.write('9999', 252, 'latin1'); expect(() => readEdfHeader(bad, 'x')).toThrow(/another length/); });
});

describe('Samsung Health', () => {
  it('finds out by its binning data whether times are UTC', async () => {
    for (const [meaning, word] of [['utc', 'is UTC'], ['local', 'is local']] as const) {
      const { recordings } = await readAll(held(samsungZip(meaning)));
      const heart = recordings.find((r) => r.title.startsWith('Heart'))!;
      expect(heart.zone).toContain(word);
      expect(heart.t).toEqual([utc('2024-01-01T10:00:00Z'), utc('2024-01-01T10:01:00Z'), utc('2024-01-01T11:00:00Z')]);
      expect(heart.values).toEqual([[70, 72, 80]]);
    }
  });
});

describe('Oura', () => {
  it('reads heart rate, nights and hypnograms with their offsets', async () => {
    const { recordings } = await readAll(held(ouraJson()));
    const of = (name: string) => recordings.find((r) => r.title.startsWith(name))!;
    expect(of('Heart rate (').values).toEqual([[58, 59]]);
    expect(of('Heart rate in sleep').t).toEqual([utc('2024-01-01T22:00:00Z'), utc('2024-01-01T22:10:00Z')]);
    expect(of('Sleep').values[0]).toEqual([1, 2, 3, 4]);
    expect(of('Sleep').zone).toContain('+01:00');
  });
});

describe('archives', () => {
  it('keeps the good files when one is bad', async () => {
    const { recordings, report } = await readAll(held(zip([{ name: 'a.fit', content: fitFile().subarray(0, 60) }, { name: 'b.gpx', content: gpxFile() }])));
    expect(recordings).toHaveLength(1);
    expect(report.files.map((f) => [f.name, f.reason === undefined])).toEqual([['a.fit', false], ['b.gpx', true]]);
  });
  it.each([['../../etc/x.gpx'], ['/etc/x.gpx'], ['C:/x.gpx'], ['a/../../x.gpx']])('refuses the path %s', async (name) => {
    expect((await code(readAll(held(zip([{ name, content: gpxFile() }]))))).code).toBe('format-unknown');
  });
  it('refuses bombs: by ratio, by the whole, by a size that lies', async () => {
    const bomb = gpxFile().replace('</gpx>', `${'<a/>'.repeat(4 << 20)}</gpx>`);
    expect((await code(readAll(held(zip([{ name: 'a.gpx', content: bomb }]))))).message).toMatch(/expands to more than 400 times/);
    expect((await code(readAll(held(zip([{ name: 'a.gpx', content: gpxFile() }, { name: 'b.gpx', content: gpxFile() }])), { maxExpandedBytes: 1000 }))).message).toMatch(/expands to more than 1000 bytes/);
    expect((await code(readAll(held(zip([{ name: 'a.gpx', content: bomb, saidSize: 5000 }]))))).code).not.toBe('no error');
  });
  it('follows no link', async () => {
    expect((await code(readAll(held(zip([{ name: 'a.gpx', content: '/etc/passwd', mode: 0o120777 }]))))).code).toBe('format-unknown');
  });
});
