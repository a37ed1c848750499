import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import en from '../../renderer/src/i18n/en/index.ts';
import anchors from '../../renderer/src/i18n/en/anchors.ts';
import capture from '../../renderer/src/i18n/en/capture.ts';
import customer from '../../renderer/src/i18n/en/customer.ts';
import consent from '../../renderer/src/i18n/en/consent.ts';
import grantee from '../../renderer/src/i18n/en/grantee.ts';
import records from '../../renderer/src/i18n/en/records.ts';
import studies from '../../renderer/src/i18n/en/studies.ts';
import device from '../../renderer/src/i18n/en/device.ts';
import imports from '../../renderer/src/i18n/en/import.ts';
import keeper from '../../renderer/src/i18n/en/keeper.ts';
import manual from '../../renderer/src/i18n/en/manual.ts';
import owner from '../../renderer/src/i18n/en/owner.ts';
import quality from '../../renderer/src/i18n/en/quality.ts';
import shell from '../../renderer/src/i18n/en/shell.ts';
import specification from '../../renderer/src/i18n/en/specification.ts';
import validator from '../../renderer/src/i18n/en/validator.ts';
import { hasKey, t, type Key } from '../../renderer/src/i18n/index.ts';
import { setLocale } from '../../renderer/src/i18n/locale.ts';

const src = fileURLToPath(new URL('../../renderer/src', import.meta.url));
const sources = (dir: string): string[] => readdirSync(dir, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? sources(join(dir, e.name)) : /\.tsx?$/.test(e.name) ? [join(dir, e.name)] : []));
const text = sources(src).filter((file) => !file.includes(join('i18n', 'en'))).map((file) => readFileSync(file, 'utf8')).join('\n');
const keys = Object.keys(en);
const isPlural = (key: string) => /\.(one|other)$/.test(key) && `${key.replace(/\.(one|other)$/, '')}.other` in en && `${key.replace(/\.(one|other)$/, '')}.one` in en;
const baseOf = (key: string) => (isPlural(key) ? key.replace(/\.(one|other)$/, '') : key);

describe('t', () => {
  beforeAll(() => setLocale('en-US'));
  it('fills places in, writes numbers in the locale and leaves unknown places alone', () => {
    expect(t('shell.header.block', { block: 1234567 })).toBe('block 1,234,567');
    expect(t('shell.header.block')).toBe('block {block}');
    // A stranger's text is not looked at again.
    expect(t('shell.job.import', { title: '{title} $& <b>' })).toBe('Importing {title} $& <b>');
  });
  it('chooses the plural by its count', () => {
    expect(t('shell.history.count', { count: 1 })).toBe('1 entry');
    expect(t('shell.history.count', { count: 0 })).toBe('0 entries');
    expect(t('shell.history.count', { count: 10_000 })).toBe('10,000 entries');
  });
  it('knows what it has', () => {
    expect(hasKey('shell.history.count')).toBe(true);
    expect(hasKey('shell.no.such.key')).toBe(false);
    expect(t('shell.no.such.key' as Key)).toBe('shell.no.such.key');
  });
});

describe('the catalogue', () => {
  it('has each key once', () => {
    const all = [shell, owner, quality, specification, capture, device, imports, manual, customer, keeper, validator, consent, grantee, records, studies, anchors].flatMap((part) => Object.keys(part));
    expect(all.filter((key, i) => all.indexOf(key) !== i)).toEqual([]);
  });

  it('has both of each plural', () => {
    const lone = keys.filter((key) => key.endsWith('.one') && !(`${key.slice(0, -4)}.other` in en));
    expect(lone).toEqual([]);
  });

  it('has every key that a page asks for by name', () => {
    const asked = [...text.matchAll(/\bt\(\s*'([^']+)'/g)].map((m) => m[1]!);
    expect(asked.length).toBeGreaterThan(100);
    expect([...new Set(asked.filter((key) => !hasKey(key)))]).toEqual([]);
  });

  it('has no key that nothing asks for', () => {
    const literals = new Set([...text.matchAll(/'([a-zA-Z][\w.-]*\.[\w.-]+)'/g)].map((m) => m[1]!));
    const patterns = [...text.matchAll(/`([a-zA-Z][\w-]*\.[^`\n]*\$\{[^`\n]*)`/g)].map((m) => new RegExp(`^${m[1]!.replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '\u0000').replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\u0000', '.+')}$`));
    expect(keys.filter((key) => !literals.has(baseOf(key)) && !literals.has(key) && !patterns.some((p) => p.test(baseOf(key))))).toEqual([]);
  });
});
