import { afterEach, describe, expect, it } from 'vitest';
import { address, ago, bytes, coins, coinsExact, coinsInput, dateTime, duration, native, number, parseCoins, percent, rate } from '../../renderer/src/i18n/format.ts';
import { setLocale } from '../../renderer/src/i18n/locale.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');
const ONE = 10n ** 18n;

afterEach(() => setLocale('en-US'));

describe('amounts', () => {
  it('are written in the reader’s locale, with their unit or without', () => {
    setLocale('en-US');
    expect(plain(coins('1234567800000000000000'))).toBe('1,234.5678 PHD');
    expect(coins('2500000000000000000', { unit: false })).toBe('2.5');
    expect(coins('0', { unit: false })).toBe('0');
    setLocale('de-DE');
    expect(plain(coins('1234567800000000000000'))).toBe('1.234,5678 PHD');
    expect(coinsInput('1234567800000000000000')).toBe('1234,5678');
  });

  it('never pass through a float, never round up and never show something as nothing', () => {
    setLocale('en-US');
    expect(coinsExact('123456789012345678901234567891')).toBe('123,456,789,012.345678901234567891');
    expect(coins('999999999999999999', { unit: false })).toBe('0.9999');
    expect(coins('1', { unit: false })).toBe('<0.0001');
    expect(plain(native('51000000000000'))).toBe('0.000051 ETH');
    expect(coins('not a number', { unit: false })).toBe('–');
  });

  it.each([
    ['en-US', '12.5', 12_500n], ['en-US', ' 1,234.5 ', 1_234_500n], ['en-US', '1,000', 1_000_000n], ['en-US', '.5', 500n], ['en-US', '7.', 7000n], ['en-US', '3 PHD', 3000n], ['en-US', '0', 0n], ['en-US', '007', 7000n],
    ['de-DE', '12,5', 12_500n], ['de-DE', '1.234,5', 1_234_500n], ['de-DE', '1.000', 1_000_000n],
    ['fr-FR', '12,5', 12_500n], ['fr-FR', '1\u202f234,5', 1_234_500n], ['fr-FR', '1 234', 1_234_000n], ['fr-FR', '12.5', 12_500n], ['de-CH', '1’234.5', 1_234_500n],
  ])('%s reads %s', (locale, text, thousandths) => {
    setLocale(locale);
    expect(parseCoins(text)).toBe((thousandths * ONE / 1000n).toString());
  });

  it.each([
    ['en-US', ''], ['en-US', '-1'], ['en-US', '1e3'], ['en-US', '1,5'], ['en-US', '12,34,567'], ['en-US', '1.2.3'], ['en-US', '0x10'], ['en-US', '١٢'], ['en-US', '.'], ['en-US', '1.0000000000000000001'], ['en-US', '9999999999999'],
    ['de-DE', '1.5'], ['de-DE', '1,234.5'],
  ])('%s does not guess at %j', (locale, text) => {
    setLocale(locale);
    expect(parseCoins(text)).toBeNull();
  });

  it('come back as they were typed', () => {
    for (const locale of ['en-US', 'de-DE', 'fr-FR', 'de-CH', 'sv-SE']) {
      setLocale(locale);
      for (const amount of ['0', '1', '1500000000000000000', '123456789012345678901234567890']) expect(parseCoins(coinsInput(amount))).toBe(amount);
    }
  });
});

describe('everything else', () => {
  it('is short and has units', () => {
    setLocale('en-US');
    expect(bytes(0)).toBe('0 bytes');
    expect(bytes(1536)).toBe('1.5 kB');
    expect(bytes(12_345_678)).toBe('12.3 MB');
    expect(duration(0)).toBe('0 sec');
    expect(duration(65)).toBe('1 min 5 sec');
    expect(duration(7200)).toBe('2 hr');
    expect(duration(90_061)).toBe('1 day 1 hr');
    expect(plain(rate(49.96))).toBe('50 Hz');
    expect(plain(rate(0.2345))).toBe('0.23 Hz');
    expect(percent(0.123)).toBe('12.3%');
    expect(number(1234.5, 2)).toBe('1,234.50');
    expect(address('0x1234567890abcdef1234567890abcdef12345678')).toBe('0x1234…5678');
  });

  it('says when, in words', () => {
    setLocale('en-US');
    expect(ago(0, 90_000)).toBe('1 minute ago');
    expect(ago(0, 86_400_000)).toBe('yesterday');
    expect(ago(3_600_000, 0)).toBe('in 1 hour');
  });

  it('has an answer for what is no number', () => {
    expect([bytes(NaN), duration(-1), dateTime(NaN), ago(NaN), number(Infinity), percent(NaN)]).toEqual(['–', '–', '–', '–', '–', '–']);
  });
});
