import { describe, expect, it } from 'vitest';
import { buildLabel, deviceClaim } from '../../electron/datasets/anonymise.ts';
import { ageBandOf, heightBandOf, weightBandOf } from '../../electron/datasets/bands.ts';
import { checkLabel } from '../../electron/datasets/check-label.ts';
import { Label, type Demographics } from '../../shared/domain/label.ts';
import type { QualityReport } from '../../shared/domain/quality-report.ts';
import type { RecordingInfo } from '../../shared/domain/recording.ts';

const demographics: Demographics = { ageBand: '30-39', sex: 'undisclosed', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' };
const info: RecordingInfo = {
  id: 'a1', title: 'Anna Svensson, left wrist', createdAt: 1, rows: 8_640_000, nominalRateHz: 100, startTime: Date.UTC(2025, 6, 14, 9, 13) * 1000, endTime: Date.UTC(2025, 6, 15, 9, 13) * 1000 - 10_000,
  source: { kind: 'csv', device: 'LG G Watch', simulated: false, times: 'source' }, channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], decimals: 3 }],
  annotations: [{ from: 0, to: 1, label: 'at Anna\'s' }], report: { rowsRead: 8_640_000, rowsSkipped: 0, skipped: [], notes: ['C:\\Users\\anna\\watch.csv'], sourceBytes: 1 },
};
const quality = { score: 97, rateHz: 100 } as QualityReport;
const request = { title: 'Wrist acceleration, a day of rest and walking', description: 'One summer day; 100 Hz, ±8 g.', tags: ['Walking', 'sleep'], demographics };
const refusal = (change: Partial<typeof request>): { code: string; message: string; hint?: string } => { try { buildLabel(info, quality, { ...request, ...change }); } catch (error) { return error as { code: string; message: string }; } return { code: 'accepted', message: '' }; };

describe('the label', () => {
  it('holds coarse facts and nothing else of the recording', () => {
    const label = buildLabel(info, quality, request);
    expect(Label.parse(label)).toEqual(label);
    expect(label).toMatchObject({ month: '2025-07', days: 1, rows: 8_640_000, durationSeconds: 86_399.99, device: 'LG G Watch', quality: 97, tags: ['walking', 'sleep'], dataTypes: ['acceleration'] });
    expect(JSON.stringify(label)).not.toMatch(/Anna|anna|Svensson|09:13|2025-07-1/);
    expect(checkLabel(label)).toEqual([]);
  });
  it('has no month where the source has no clock', () => {
    expect(buildLabel({ ...info, startTime: 0, endTime: 1e6 }, quality, request).month).toBeNull();
    expect(buildLabel({ ...info, source: { ...info.source, times: 'nominal' } }, quality, request).month).toBeNull();
  });

  const REFUSED: [text: string, what: string][] = [
    ['write to a.b@c.de', 'an e-mail address'], ['john (at) mail (dot) com', 'an e-mail address'], ['see https://x.y/z', 'a web address'], ['more on mydata.io', 'a web address'], ['ask @somebody', 'a name on a social network'],
    ['from 192.168.1.17', 'an IP address'], ['aa:bb:cc:dd:ee:ff', 'a hardware address'], ['call 555-1234', 'a telephone number'], ['+45 12 34 56 78', 'a telephone number'], ['(020) 7946 0958', 'a telephone number'],
    ['12 Baker Street', 'a street address'], ['Hauptstraße 5', 'a street address'], ['calle Mayor 3', 'a street address'], ['SW1A 1AA', 'a post code'], ['2100 Copenhagen', 'a post code'], ['zip 90210', 'a post code'],
    ['S/N 4X99-1', 'a serial number'], ['serial no. 88-21', 'a serial number'], ['G7X24K9900Q', 'a serial number'], ['0f8fad5b-d9cb-469f-a165-70867728950e', 'a UUID'], ['id 123456789', 'a long number'],
    ['55.6761, 12.5683', 'coordinates'], ['born in May', 'a date of birth'], ['on 1980-02-03', 'a date'], ['on 14 July 2025', 'a date'], ['on 3/2/80', 'a date'],
    ['for Dr Smith', 'a name'], ['Mrs. O\'Brien', 'a name'], ['my name is anna', 'a name'], ['worn by Anna', 'a name'], ['Anna\'s watch', 'a name'], ['Аnna\u200B’s watch', 'a name'], ['I live in Copenhagen', 'a place'],
    ['I am 34 years old', 'an exact age'], ['aged 34', 'an exact age'], ['182 cm tall', 'an exact height or weight'], ['weight 81.5 kg', 'an exact height or weight'],
  ];
  it.each(REFUSED)('refuses «%s» as %s', (text, what) => {
    for (const field of ['description', 'title'] as const) {
      const error = refusal({ [field]: text.length < 3 ? `${text}..` : text });
      expect(error.code, field).toBe('personal-data');
      expect(error.message).toContain(`The ${field} holds ${what}: «`);
      expect(error.hint).toBeTruthy();
    }
    expect(checkLabel({ ...buildLabel(info, quality, request), description: text })).toEqual([expect.stringContaining(`holds ${what}`)]);
  });

  it.each([
    'Wrist acceleration, two hours of a day', 'Reference wrist recording', '24 h of walking and sleep, LG G Watch', 'Apple Watch Series 9', 'Heart rate at 100 Hz, ±8 g', 'Sleep and rest over 12 nights', 'Running at 12 km/h', 'Data of one weekday',
    'Recorded at Night', 'Recorded in July', 'Garmin Forerunner 965', 'worn by an adult', '8.64 million rows, 3 axes', '10000 Steps a day', 'acceleration in m/s2, 0.001 steps', 'My best marathon',
  ])('accepts «%s»', (text) => { expect(refusal({ title: text, description: text }).code).toBe('accepted'); });

  it('refuses what is too long, too short, or no group', () => {
    expect(refusal({ title: 'x' }).code).toBe('invalid-argument');
    expect(refusal({ description: 'word '.repeat(100) }).code).toBe('invalid-argument');
    expect(refusal({ tags: ['not a tag!'] }).code).toBe('invalid-argument');
    expect(refusal({ demographics: { ...demographics, ageBand: '34' as Demographics['ageBand'] } }).code).toBe('invalid-argument');
  });
});

describe('a device claim', () => {
  it.each([['LG G Watch', 'LG G Watch'], ['Apple Watch Series 9', 'Apple Watch Series 9'], ['  Polar   H10 ', 'Polar H10'], ['Polar H10 8C2D3E21', null], ['Anna\'s Apple Watch', null], ['Watch SN: 1234', null], ['aa:bb:cc:dd:ee:ff', null], ['', null], [null, null]])('%j becomes %j', (given, kept) => { expect(deviceClaim(given)).toBe(kept); });
});

describe('groups', () => {
  it('are coarse', () => {
    expect([18, 29, 30, 69, 70, 99].map(ageBandOf)).toEqual(['18-29', '18-29', '30-39', '60-69', '70+', '70+']);
    expect([149.9, 150, 180, 200].map(heightBandOf)).toEqual(['<150', '150-164', '180-194', '195+']);
    expect([49, 50, 81.5, 140].map(weightBandOf)).toEqual(['<50', '50-64', '80-94', '110+']);
  });
  it('refuse a child and what is not believable', () => {
    expect(() => ageBandOf(17)).toThrow(/under 18/);
    for (const bad of [NaN, -1, 900]) { expect(() => heightBandOf(bad)).toThrow(/not believable/); expect(() => weightBandOf(bad)).toThrow(/not believable/); }
  });
});

describe('checkLabel', () => {
  it('says what is wrong with a label that somebody else made', () => {
    const label = buildLabel(info, quality, request);
    expect(checkLabel({ ...label, month: '2025-07-14' })[0]).toContain('month');
    expect(checkLabel({ ...label, days: 1, durationSeconds: 200_000 })).toEqual(['The label\'s days are fewer than its duration.']);
    expect(checkLabel(null)).toHaveLength(1);
    expect(checkLabel({ ...label, tags: ['dr-smith-a1'] })).toEqual([]);
    expect(checkLabel({ ...label, device: 'Anna\'s watch' })).toHaveLength(1);
  });
});
