import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { setLocale } from '../../renderer/src/i18n/locale.ts';
import { freshParts, leafName } from '../../renderer/src/roles/owner/anchors/anchor-words.ts';
import { mergePages } from '../../renderer/src/roles/owner/anchors/append-pages.ts';
import { hashFile } from '../../renderer/src/roles/owner/anchors/hash-file.ts';
import { readReceipt } from '../../renderer/src/roles/owner/anchors/read-receipt.ts';
import { refusedAt, stepLines } from '../../renderer/src/roles/owner/anchors/verdict-steps.ts';
import { VERIFY_STEPS, type ReceiptVerdict } from '../../shared/domain/anchor-receipt.ts';

beforeAll(() => setLocale('en-US'));
const verdict = (ok: number, more: Partial<ReceiptVerdict> & { fails?: boolean } = {}): ReceiptVerdict => ({
  holds: false, blockOpen: false, anchoredAt: 1, block: null, ...more,
  findings: [...VERIFY_STEPS.slice(0, ok).map((step) => ({ step, ok: true, detail: 'yes' })), ...(more.fails === false ? [] : [{ step: VERIFY_STEPS[ok]!, ok: false, detail: 'no' }])],
});

describe('steps of a verdict', () => {
  it('name the one that refused it, and those after it as not reached', () => {
    const lines = stepLines(verdict(2));
    expect(lines.map((l) => l.state)).toEqual(['ok', 'ok', 'fails', ...Array<string>(5).fill('skipped')]);
    expect(refusedAt(lines)).toEqual({ n: 3, step: 'leaf' });
    expect(lines[3]!.detail).toBeNull();
  });
  it('refuse nothing where all hold, or where only the block is open', () => {
    expect(refusedAt(stepLines(verdict(8, { holds: true, fails: false })))).toBeNull();
    const open = stepLines(verdict(7, { blockOpen: true }));
    expect(open.at(-1)).toEqual({ step: 'block', state: 'open', detail: 'no' });
    expect(refusedAt(open)).toBeNull();
  });
});

describe('pages of a list', () => {
  const id = (n: number) => n;
  it('go on from what was loaded, each row once', () => {
    expect(mergePages([9, 8, 7], [8, 7, 6, 5], id)).toEqual([9, 8, 7, 6, 5]);
    expect(mergePages([3, 2], [], id)).toEqual([3, 2]);
  });
  it('leave out what does not touch the newest page: something between was never loaded', () => expect(mergePages([20, 19], [10, 9], id)).toEqual([20, 19]));
});

describe('what waits', () => {
  it('is told part by part, and nothing as nothing', () => {
    expect(freshParts({ fresh: { recordings: 1, entries: 2000 }, waiting: 0 })).toEqual(['1 recording', '2,000 diary entries']);
    expect(freshParts({ fresh: { recordings: 0, entries: 0 }, waiting: 0 })).toEqual([]);
    expect(freshParts({ fresh: { recordings: 0, entries: 0 }, waiting: 3 })).toHaveLength(1);
  });
  it('goes by its title, where it is still there', () => {
    expect(leafName({ kind: 'recording', ref: 'ab', title: 'A night' })).toBe('A night');
    expect(leafName({ kind: 'recording', ref: 'ab', title: null })).not.toContain('ab');
    expect(leafName({ kind: 'file', ref: 'clinic/ff', title: null })).toBe('clinic/ff');
  });
});

describe('a file', () => {
  it('is hashed piece by piece to the SHA-256 of the whole', async () => {
    const pieces = [Buffer.alloc(5_000_000, 'phd'), Buffer.alloc(4_500_000, 'ex'), Buffer.from('!')];
    const told: number[] = [];
    const file = { name: 'big', stream: () => new ReadableStream({ start(c) { for (const piece of pieces) c.enqueue(piece); c.close(); } }) } as unknown as File;
    expect(await hashFile(file, (n) => told.push(n))).toBe(createHash('sha256').update(Buffer.concat(pieces)).digest('hex'));
    expect(told).toEqual([5_000_000, 9_500_000]);
    expect(await hashFile(new File(['abc'], 'abc'))).toBe(createHash('sha256').update('abc').digest('hex'));
    expect(await hashFile(new File([], 'empty'))).toBe(createHash('sha256').digest('hex'));
  });
  it('that breaks off is told by a sentence', async () => {
    const broken = { name: 'x.bin', stream: () => new ReadableStream({ pull(c) { c.error(new Error('NotReadableError')); } }) } as unknown as File;
    await expect(hashFile(broken)).rejects.toMatchObject({ code: 'file-truncated', message: expect.stringContaining('x.bin') as string });
  });
  it('too large for a receipt is not read as one', async () => {
    await expect(readReceipt(new File([Buffer.alloc(600_001)], 'movie.json'))).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(await readReceipt(new File(['{}'], 'r.json'))).toBe('{}');
  });
});
