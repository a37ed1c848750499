import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openVault } from '../../electron/app/at-rest.ts';
import type { ConsentBase } from '../../electron/app/consent/base.ts';
import { createRightIds } from '../../electron/app/consent/right-ids.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import { appendedRows, givenRows, heldRows } from '../../electron/db/queries/consent-rows.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { address } from './kit.ts';

const root = (digit: string): Hex => `0x${digit.repeat(64)}`;
const [me, her, clinic] = [address('1'), address('2'), address('3')];
let dir: string;
let db: Db;
let key: Buffer;
let ids: ReturnType<typeof createRightIds>;
const vault = () => openVault({ storageKey: () => Buffer.from(key) }, 'consent');
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'phdex-right-ids-'));
  db = openDatabase(join(dir, 'it.sqlite'));
  key = randomBytes(32);
  ids = createRightIds({ b: { parts: { db } }, vault: vault(), mine: () => new Set([me]) } as unknown as ConsentBase);
});
afterEach(() => { db.close(); rmSync(dir, { recursive: true, force: true }); });

function onChain(id: number, owner: Hex, grantee: Hex, of: string, asked: string | null = null): void {
  db.prepare(`INSERT INTO rights (id, owner, grantee, category, operations, status, expiry, epoch, scope_root, asked_root, purpose, tx, block) VALUES (?, ?, ?, 0, 1, 'approved', 2000000000, 0, ?, ?, ?, ?, 1)`).run(id, owner, grantee, root(of), asked && root(asked), root('0'), root('9'));
}
const turned = (): void => { db.exec('DELETE FROM rights'); };

it('takes everything along where two rights have changed places, and what was sealed opens under the new numbers', () => {
  onChain(7, her, me, 'a', 'b');
  onChain(8, her, me, 'c');
  onChain(9, me, clinic, 'd');
  expect(ids.heal()).toBe(false);
  const [held, given, added] = [heldRows(db), givenRows(db), appendedRows(db)];
  for (const id of [7, 8]) {
    held.insert({ key: `k${id}`, rightId: id, sealed: Buffer.of(id), createdAt: id });
    held.addPacket(id, 0, Buffer.from(`packet of ${id}`), 1);
    held.addOpened({ rightId: id, seq: 0, recordingId: `rec${id}`, sealed: vault().seal(`opened/${id}/0`, { of: id }), at: 1 });
    added.put({ rightId: id, number: 3, mine: true, state: 'sealed', sealed: vault().seal(`append/${id}/3`, { of: id }), at: 1 });
  }
  given.insert({ key: 'grant:x', account: 0, grantee: clinic, scopeRoot: root('d'), state: 'sealed', sealed: Buffer.of(1), createdAt: 1 }, []);
  given.given('grant:x', 9);
  added.put({ rightId: 9, number: 0, mine: false, state: 'taken', sealed: vault().seal('appended/9/0', { of: 9 }), at: 1 });

  turned();
  onChain(7, her, me, 'c');
  onChain(8, her, me, 'a', 'b');
  // The number of the third is somebody's whom nobody here knows; its own is not on the chain yet.
  onChain(9, address('5'), address('6'), 'e');
  expect(ids.heal()).toBe(true);
  for (const [was, is] of [[7, 8], [8, 7]] as const) {
    expect(held.byRight(is)!.key).toBe(`k${was}`);
    expect(Buffer.from(held.packet(is, 0)!).toString()).toBe(`packet of ${was}`);
    const [opened] = held.opened(is);
    expect(opened!.recordingId).toBe(`rec${was}`);
    expect(vault().open(`opened/${is}/0`, opened!.sealed)).toEqual({ of: was });
    expect(vault().open(`append/${is}/3`, added.get(is, 3, true)!.sealed)).toEqual({ of: was });
  }
  expect(given.byRight(9)).toBeUndefined();
  expect(given.byKey('grant:x')!.rightId).toBeLessThan(0);
  expect(added.taken(9)).toEqual([]);
  expect(ids.heal()).toBe(false);

  onChain(12, me, clinic, 'd');
  expect(ids.heal()).toBe(true);
  expect(given.byRight(12)!.key).toBe('grant:x');
  expect(vault().open('appended/12/0', added.taken(12)[0]!.sealed)).toEqual({ of: 9 });
});

it('leaves a number that nobody has where it is, and tells each side once', () => {
  onChain(7, her, me, 'a');
  const other = createRightIds({ b: { parts: { db } }, vault: vault(), mine: () => new Set([me]) } as unknown as ConsentBase);
  ids.heal();
  heldRows(db).addPacket(7, 0, Buffer.from('packet'), 1);
  turned();
  expect(ids.heal()).toBe(false);
  expect(heldRows(db).nextSeq(7)).toBe(1);
  onChain(7, her, me, 'b');
  onChain(8, her, me, 'a');
  expect([ids.heal(), other.heal(), ids.heal(), other.heal()]).toEqual([true, true, false, false]);
  expect([heldRows(db).nextSeq(7), heldRows(db).nextSeq(8)]).toEqual([0, 1]);
});
