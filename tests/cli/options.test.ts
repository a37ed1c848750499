import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, ExitCode } from '../../electron/cli/exit-code.ts';
import { coins, wholeNumber } from '../../electron/cli/options.ts';
import { createOutput, formatCoins, reportError, toJson } from '../../electron/cli/output.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';

/** What a script sees for each reason, decided one by one. A new code does not compile until it is decided here. */
const expected: Record<ErrorCode, number> = {
  'invalid-argument': 2, cancelled: 130,
  'file-not-found': 3, 'file-empty': 3, 'file-truncated': 3, 'format-unknown': 3, 'row-malformed': 3, 'value-not-finite': 3, 'clock-backwards': 3, 'rate-mixed': 3, 'too-few-samples': 3, 'personal-data': 3,
  'threshold-invalid': 3, 'keeper-duplicate': 3, 'price-invalid': 3, 'rule-invalid': 3, 'dataset-unknown': 3, 'access-unknown': 3, 'dataset-owned': 3, 'dataset-not-for-sale': 3, 'coins-too-few': 3,
  'funds-too-low': 3, 'not-a-keeper': 3, 'not-a-validator': 3, 'not-yours': 3, 'price-changed': 3, 'simulated-refused': 3, 'device-unknown': 3, 'mnemonic-invalid': 3, 'job-unknown': 3,
  'profile-in-use': 5, 'profile-missing': 5, 'profile-exists': 5, 'passphrase-wrong': 5, 'passphrase-missing': 5, 'keystore-corrupt': 5, 'database-corrupt': 5, 'migration-failed': 5, locked: 5,
  'seal-key-wrong': 6, 'seal-truncated': 6, 'seal-tampered': 6, 'seal-format': 6, 'share-mismatch': 6, 'hash-mismatch': 6, 'root-mismatch': 6, 'manifest-invalid': 6, 'blob-corrupt': 6, 'proof-invalid': 6,
  'quality-mismatch': 6, 'envelope-unreadable': 6, 'backup-invalid': 6, 'devices-refused': 6,
  // Not the caller's words, not the data: the machine, the network or somebody else.
  'shares-too-few': 1, 'blob-not-found': 1, 'storage-unreachable': 1, 'storage-timeout': 1, 'quota-exceeded': 1, 'disk-full': 1, 'port-taken': 1, 'chain-unreachable': 1, 'chain-wrong': 1, 'chain-reverted': 1,
  'chain-reorg-too-deep': 1, 'transaction-lost': 1, 'keepers-too-few': 1, 'keeper-unreachable': 1, 'blob-unreachable': 1, 'access-not-ready': 1, 'access-expired': 1, internal: 1,
};
const codes = Object.keys(expected) as ErrorCode[];

describe('exit codes', () => {
  it('are decided for every reason that there is', () => {
    const source = readFileSync(new URL('../../shared/errors.ts', import.meta.url), 'utf8');
    const declared = [...source.slice(source.indexOf('export type ErrorCode'), source.indexOf('export type AppErrorOptions')).matchAll(/'([a-z-]+)'/g)].map((m) => m[1]);
    expect(declared.toSorted()).toEqual(codes.toSorted());
    expect(declared.length).toBeGreaterThan(50);
  });

  it.each(codes)('%s', (code) => {
    expect(exitCodeOf(new AppError(code, 'x.'))).toBe(expected[code]);
    // What may be tried again says so, where nobody has to change anything before.
    expect(exitCodeOf(new AppError(code, 'x.', { retryable: true }))).toBe(expected[code] === ExitCode.failure ? ExitCode.retry : expected[code]);
  });

  it('are never 0 for an error, and each has a meaning of its own', () => {
    expect(codes.map((c) => exitCodeOf(new AppError(c, 'x.')))).not.toContain(0);
    expect(new Set(Object.values(ExitCode)).size).toBe(Object.keys(ExitCode).length);
  });
});

const refusal = (work: () => unknown): AppError => { try { work(); } catch (error) { if (error instanceof AppError) return error; throw error; } throw new Error('was not refused'); };

describe('amounts of coins', () => {
  const parse = coins('--price');
  const wei = fc.bigInt({ min: 0n, max: 10n ** 30n - 1n });
  const text = (w: bigint) => `${w / 10n ** 18n}.${String(w % 10n ** 18n).padStart(18, '0')}`;

  it('are read exactly, with up to 18 decimals', () => {
    fc.assert(fc.property(wei, (w) => { expect(parse(text(w))).toBe(w); }));
    fc.assert(fc.property(fc.nat(), (n) => { expect(parse(String(n))).toBe(BigInt(n) * 10n ** 18n); }));
    expect([parse('0.1'), parse('12.5'), parse('0'), parse('-5'), parse('-0.5')]).toEqual([10n ** 17n, 125n * 10n ** 17n, 0n, -5n * 10n ** 18n, -5n * 10n ** 17n]);
  });

  it('that are none are refused by name', () => {
    for (const bad of ['', ' ', '1e3', '1.', '.5', '+1', '1,5', '0x10', 'NaN', 'Infinity', '1 PHD', '--1', '١', '1'.repeat(13), `0.${'1'.repeat(19)}`, '1.5.5', '1_000', '1\n']) {
      expect(refusal(() => parse(bad)).code, JSON.stringify(bad)).toBe('price-invalid');
    }
    fc.assert(fc.property(fc.string().filter((s) => !/^-?\d{1,12}(\.\d{1,18})?$/.test(s)), (s) => { expect(refusal(() => parse(s)).code).toBe('price-invalid'); }));
  });

  it('are shown without exponents, cut to four decimals and never rounded up', () => {
    expect([0n, 1n, 10n ** 14n, 10n ** 18n, 15n * 10n ** 17n, 199_999n * 10n ** 13n, 10n ** 27n, -25n * 10n ** 17n].map(formatCoins)).toEqual(['0', '0', '0.0001', '1', '1.5', '1.9999', '1000000000', '-2.5']);
    fc.assert(fc.property(wei, (w) => {
      const shown = formatCoins(w);
      expect(shown).toMatch(/^\d+(\.\d{0,3}[1-9])?$/);
      const [whole, part = ''] = shown.split('.');
      const back = BigInt(whole!) * 10n ** 18n + BigInt(part.padEnd(18, '0'));
      expect(back <= w && w - back < 10n ** 14n).toBe(true);
    }));
    fc.assert(fc.property(fc.bigInt({ min: 10n ** 14n, max: 10n ** 30n }), (w) => { expect(formatCoins(-w)).toBe(`-${formatCoins(w)}`); }));
  });
});

describe('whole numbers', () => {
  it('are taken within their bounds and refused elsewhere', () => {
    const parse = wholeNumber('--n', 2, 10);
    fc.assert(fc.property(fc.integer({ min: 2, max: 10 }), (n) => { expect(parse(String(n))).toBe(n); }));
    fc.assert(fc.property(fc.integer().filter((n) => n < 2 || n > 10), (n) => { expect(refusal(() => parse(String(n))).code).toBe('invalid-argument'); }));
    for (const bad of ['', 'x', '2.5', 'NaN', 'Infinity', '9007199254740993', '3 4']) expect(refusal(() => parse(bad)).code, bad).toBe('invalid-argument');
  });

  it('an empty text is not nought', () => {
    for (const blank of ['', ' ', '\t']) expect(refusal(() => wholeNumber('--port', 0)(blank)).code).toBe('invalid-argument');
  });
});

describe('output', () => {
  function stream() { let text = ''; return { write: (t: string) => { text += t; return true; }, get text() { return text; } }; }

  it('with --json prints one object a line and nothing for people', () => {
    const stdout = stream();
    const stderr = stream();
    const output = createOutput({ json: true, stdout: stdout as never, stderr: stderr as never });
    output.say('for people');
    output.progress('Sealing', 1, 2);
    output.event({ event: 'step', gas: 12n });
    output.result({ price: 10n ** 21n, text: 'a\nb' }, ['for people']);
    expect(stdout.text.trim().split('\n').map((l) => JSON.parse(l) as unknown)).toEqual([{ event: 'step', gas: '12' }, { ok: true, price: '1000000000000000000000', text: 'a\nb' }]);
    expect(stderr.text).toBe('');
  });

  it('for people prints lines, and no progress where there is no terminal', () => {
    const stdout = stream();
    const stderr = stream();
    const output = createOutput({ json: false, stdout: stdout as never, stderr: stderr as never });
    output.say('hello');
    output.event({ event: 'step' });
    output.progress('Sealing', 1, 2);
    output.result({ a: 1 }, ['one', 'two']);
    expect(stdout.text).toBe('hello\none\ntwo\n');
    expect(stderr.text).toBe('');
  });

  it('of an error is a sentence and a hint, never a stack', () => {
    const stderr = stream();
    const error = new AppError('price-invalid', 'No such price.', { hint: 'Name another.', cause: new Error('inner') });
    expect(reportError(error, false, stderr as never)).toBe(3);
    expect(stderr.text).toBe('phdex: No such price.\n  Name another.\n');
    const json = stream();
    expect(reportError(new Error('odd'), true, json as never)).toBe(1);
    expect(JSON.parse(json.text)).toEqual({ ok: false, code: 'internal', error: 'odd', hint: null, details: {} });
  });

  it('writes every value that a result can hold', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.oneof(fc.bigInt(), fc.string(), fc.integer(), fc.boolean(), fc.constant(null))), (value) => {
      expect(toJson(value)).not.toContain('\n');
      expect(Object.keys(JSON.parse(toJson(value)) as object).toSorted()).toEqual(Object.keys(value).toSorted());
    }));
  });
});
