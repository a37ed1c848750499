import { decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { decodeLink, encodeLink, newKey, openFile, sealFile, type LinkPayload } from '../../../electron/consent/clinical/health-link.ts';

describe('SMART Health Link payload', () => {
  const good: LinkPayload = { url: 'https://example.org/shl/x/m', key: 'A'.repeat(43), exp: 1_800_000_000, flag: 'LP', label: 'Summary', v: 1 };
  it('goes there and back, also behind a viewer', () => {
    expect(encodeLink(good)).toMatch(/^shlink:\/[A-Za-z0-9_-]+$/);
    expect(decodeLink(encodeLink(good))).toEqual(good);
    expect(decodeLink(`https://viewer.example.org/#${encodeLink(good)}`)).toEqual(good);
  });
  it.each([
    ['url', 'ftp://x/y'], ['url', 'no url'], ['url', `https://example.org/${'x'.repeat(128)}`], ['key', 'A'.repeat(42)], ['key', 'A'.repeat(44)], ['key', `${'A'.repeat(42)}=`], ['exp', -1], ['exp', 1.5], ['exp', 'soon'],
    ['flag', 'PL'], ['flag', 'PU'], ['flag', 'X'], ['flag', 'LL'], ['label', 'x'.repeat(81)], ['v', 2], ['url', undefined], ['key', undefined],
  ])('refuses a wrong %s: %s', (field, value) => {
    expect(() => decodeLink(`shlink:/${Buffer.from(JSON.stringify({ ...good, [field]: value })).toString('base64url')}`)).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error);
  });
  it('refuses what is no link', () => {
    for (const text of ['', 'shlink:/', 'shlink:/!!!', 'shlink://abc', 'http://evil/shlink:/abc', `shlink:/${'A'.repeat(5000)}`, `shlink:/${Buffer.from('[]').toString('base64url')}`]) expect(() => decodeLink(text)).toThrow(/no SMART Health Link/);
  });
});

describe('files', () => {
  it('are JWE compact with dir and A256GCM, a nonce each, and open with their key only', async () => {
    const key = newKey();
    const [a, b] = [await sealFile(Buffer.from('{}'), 'application/fhir+json', key), await sealFile(Buffer.from('{}'), 'application/fhir+json', key)];
    expect(a.split('.')).toHaveLength(5);
    expect(a.split('.')[1]).toBe('');
    expect(decodeProtectedHeader(a)).toEqual({ alg: 'dir', enc: 'A256GCM', cty: 'application/fhir+json' });
    expect(a).not.toBe(b);
    expect(Buffer.from((await openFile(a, key)).content).toString()).toBe('{}');
    await expect(openFile(a, newKey())).rejects.toMatchObject({ code: 'seal-tampered' });
    const [h, , iv, ct, tag] = a.split('.') as [string, string, string, string, string];
    const flip = (s: string) => `${s[0] === 'A' ? 'B' : 'A'}${s.slice(1)}`;
    for (const bad of [`${h}..${flip(iv)}.${ct}.${tag}`, `${h}..${iv}.${flip(ct)}.${tag}`, `${h}..${iv}.${ct}.${flip(tag)}`, `${Buffer.from('{"alg":"none"}').toString('base64url')}..${iv}.${ct}.${tag}`]) await expect(openFile(bad, key)).rejects.toMatchObject({ code: 'seal-tampered' });
  });
});
