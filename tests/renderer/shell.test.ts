import { describe, expect, it } from 'vitest';
import type { TraceRow } from '../../shared/api/account.ts';
import type { Notice } from '../../shared/api/app.ts';
import { noticeText } from '../../renderer/src/app/frame/notice-text.ts';
import { pickPlaces } from '../../renderer/src/app/gate/pick-places.ts';
import { strengthOf } from '../../renderer/src/app/gate/strength.ts';
import { appendTrace, mergeTrace, traceKey } from '../../renderer/src/app/history/merge-trace.ts';
import { isPlace, roleOf, ROLES } from '../../renderer/src/app/nav.ts';
import { setLocale } from '../../renderer/src/i18n/locale.ts';

const row = (block: number): TraceRow => ({ block, logIndex: 0, at: block, tx: '0x00', event: 'Transfer', datasetId: null, datasetTitle: null, accessId: null, accessKind: null, actor: null, subject: null, amount: null, mine: false, purpose: null });
const rows = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, i) => row(from - i));
const blocks = (list: TraceRow[]) => list.map((r) => r.block);

describe('pages of the trace', () => {
  it('append without repeating what shifted down meanwhile', () => {
    expect(blocks(appendTrace(rows(10, 6), rows(7, 3)))).toEqual([10, 9, 8, 7, 6, 5, 4, 3]);
  });
  it('put a newer first page before the older ones', () => {
    expect(blocks(mergeTrace(rows(12, 8), rows(10, 3)))).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  });
  it('begin again where too much has happened between them, and where nothing is left', () => {
    expect(blocks(mergeTrace(rows(99, 95), rows(10, 3)))).toEqual([99, 98, 97, 96, 95]);
    expect(mergeTrace([], rows(10, 3))).toEqual([]);
    expect(new Set(mergeTrace(rows(12, 8), rows(10, 3)).map(traceKey)).size).toBe(10);
  });
});

describe('places in the app', () => {
  it('are paths and nothing else', () => {
    for (const good of ['/owner/datasets/7', '/market/basket', '/']) expect(isPlace(good)).toBe(true);
    for (const bad of ['https://evil.example', 'javascript:alert(1)', '/a?b=c', '//evil#x', 'owner', '/a\nb']) expect(isPlace(bad)).toBe(false);
  });
  it('belong to one role, and each page of a role is marked at its own path only', () => {
    expect(roleOf('/purchases/7')?.role).toBe('customer');
    expect(roleOf('/owner/recordings/00ff/share')?.role).toBe('owner');
    expect(roleOf('/keepers')).toBeUndefined();
    for (const { pages } of ROLES) for (const page of pages) expect(pages.filter((other) => other.under.test(page.path))).toEqual([page]);
  });
});

describe('the welcome', () => {
  it('asks for different words, wherever chance points', () => {
    for (const random of [() => 0, (below: number) => below - 1, (below: number) => Math.floor(below / 2)]) {
      const places = pickPlaces(12, 3, random);
      expect(new Set(places).size).toBe(3);
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(places.every((p) => p >= 0 && p < 12)).toBe(true);
    }
    const seen = new Set(Array.from({ length: 300 }, () => pickPlaces(12, 3)).flat());
    expect(seen.size).toBe(12);
  });
  it.each([['short', 0], ['aaaaaaaaaaaa', 1], ['12345678', 1], ['password', 1], ['correct horse battery', 3], ['tR8#kq2!vZ9', 2]])('finds «%s» of strength %i', (passphrase, strength) => {
    expect(strengthOf(passphrase)).toBe(strength);
  });
});

describe('notices', () => {
  const notice = (kind: Notice['kind'], params: Notice['params']): Notice => ({ id: 1, at: 0, kind, params, link: null, read: false });
  it('are sentences with amounts in coins', () => {
    setLocale('en-US');
    expect(noticeText(notice('payout', { title: 'Night sleep', amount: '22.5' })).replace('\u00a0', ' ')).toBe('You were paid 22.5 PHD');
    expect(noticeText(notice('payout', { amount: '2500000000000000000' })).replace('\u00a0', ' ')).toBe('You were paid 2.5 PHD');
    expect(noticeText(notice('slashed', { amount: '1.0' })).replace('\u00a0', ' ')).toBe('Stake was taken: 1 ETH');
    expect(noticeText(notice('certified', { datasetId: 7 }))).toBe('#7 was certified');
    expect(noticeText(notice('backup-due', {}))).toBe('Time for a backup of your profile');
  });
});
