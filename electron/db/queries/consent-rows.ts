import type { Hex } from '../../../shared/domain/chain.ts';
import type { RecordingInfo } from '../../../shared/domain/recording.ts';
import type { Db } from '../open-database.ts';
import type { InfoSeal } from './profile-stores.ts';

export type GivenRow = { key: string; rightId: number | null; account: number | null; grantee: Hex; scopeRoot: Hex; state: 'sealed' | 'given' | 'ended'; delivered: number; sealed: Uint8Array; createdAt: number };
export type PacketRow = { seq: number; epoch: number; packet: Uint8Array; cid: string | null; segments: number; at: number };

const GIVEN = 'SELECT key, right_id AS rightId, account, grantee, scope_root AS scopeRoot, state, delivered, sealed, created_at AS createdAt FROM given_rights';

/** What an owner keeps of the rights that it gave. Sealing is the caller's. */
export function givenRows(db: Db) {
  const overwritten = <T>(work: () => T): T => {
    const before = db.pragma('secure_delete', { simple: true }) as number;
    db.pragma('secure_delete = ON');
    try { return work(); } finally { db.pragma(`secure_delete = ${before}`); }
  };
  const list = db.prepare(`${GIVEN} ORDER BY created_at, key`);
  const byKey = db.prepare(`${GIVEN} WHERE key = ?`);
  const byRight = db.prepare(`${GIVEN} WHERE right_id = ?`);
  const packets = db.prepare('SELECT seq, epoch, packet, cid, segments, at FROM given_packets WHERE key = ? AND seq >= ? ORDER BY seq LIMIT ?');
  const counts = db.prepare('SELECT count(*) AS packets, max(seq) AS last, sum(epoch > 0) AS live, max(CASE WHEN epoch > 0 THEN at END) AS liveAt, coalesce(sum(segments), 0) AS segments FROM given_packets WHERE key = ?');
  const cids = db.prepare('SELECT DISTINCT cid FROM given_packets WHERE key = ? AND cid IS NOT NULL').pluck();
  const cidUsed = db.prepare("SELECT 1 FROM given_packets p JOIN given_rights r ON r.key = p.key WHERE p.cid = ? AND r.state <> 'ended'").pluck();
  const cursor = db.prepare('SELECT batch, done FROM live_cursors WHERE key = ? AND recording_id = ?');
  return {
    /** The right and its packets in one: a kill leaves both or neither. */
    insert: db.transaction((row: Omit<GivenRow, 'delivered' | 'rightId'> & { rightId?: number | null }, rows: readonly PacketRow[]) => {
      db.prepare('INSERT INTO given_rights (key, right_id, account, grantee, scope_root, state, sealed, created_at) VALUES (@key, @rightId, @account, @grantee, @scopeRoot, @state, @sealed, @createdAt)').run({ rightId: null, ...row });
      for (const p of rows) db.prepare('INSERT INTO given_packets VALUES (?, @seq, @epoch, @packet, @cid, @segments, @at)').run(row.key, p);
    }),
    list: () => list.all() as GivenRow[],
    byKey: (key: string) => byKey.get(key) as GivenRow | undefined,
    byRight: (rightId: number) => byRight.get(rightId) as GivenRow | undefined,
    /** Whether a call of that key was signed: it may be on the chain. */
    wasSent: (key: string) => db.prepare('SELECT 1 FROM outbox WHERE key = @key UNION ALL SELECT 1 FROM forwards WHERE key = @key').get({ key }) !== undefined,
    given(key: string, rightId: number): void { db.prepare("UPDATE given_rights SET right_id = ?, state = 'given' WHERE key = ?").run(rightId, key); },
    /** It has no number on the chain any more. */
    detach(key: string): void { db.prepare('UPDATE given_rights SET right_id = NULL WHERE key = ?').run(key); },
    delivered(key: string, count: number): void { db.prepare('UPDATE given_rights SET delivered = max(delivered, ?) WHERE key = ?').run(count, key); },
    packets: (key: string, from: number, limit: number) => packets.all(key, from, limit) as PacketRow[],
    counts: (key: string) => counts.get(key) as { packets: number; last: number | null; live: number | null; liveAt: number | null; segments: number },
    cids: (key: string) => cids.all(key) as string[],
    /** Whether a right that has not ended needs it. */
    isCidUsed: (cid: string) => cidUsed.get(cid) !== undefined,
    /** Its packets are gone at once; what they named is known until it has been let go of (`cleared`). */
    end: (key: string) => overwritten(() => db.transaction(() => {
      db.prepare("UPDATE given_rights SET state = 'ended' WHERE key = ?").run(key);
      db.prepare("UPDATE given_packets SET packet = x'' WHERE key = ?").run(key);
      db.prepare('DELETE FROM live_cursors WHERE key = ?').run(key);
    })()),
    cleared(key: string): void { db.prepare('DELETE FROM given_packets WHERE key = ?').run(key); },
    toClear: () => db.prepare("SELECT DISTINCT p.key FROM given_packets p JOIN given_rights r ON r.key = p.key WHERE r.state = 'ended'").pluck().all() as string[],
    remove: (key: string) => overwritten(() => db.transaction(() => { for (const table of ['given_rights', 'given_packets', 'live_cursors']) db.prepare(`DELETE FROM ${table} WHERE key = ?`).run(key); })()),

    cursor: (key: string, recordingId: string) => cursor.get(key, recordingId) as { batch: number; done: number } | undefined,
    /** A delivery and how far it has come, in one. */
    addLive: db.transaction((key: string, packet: PacketRow | null, at: { recordingId: string; batch: number; done: boolean }) => {
      if (packet) db.prepare('INSERT INTO given_packets VALUES (?, @seq, @epoch, @packet, @cid, @segments, @at)').run(key, packet);
      db.prepare('INSERT OR REPLACE INTO live_cursors VALUES (?, ?, ?, ?)').run(key, at.recordingId, at.batch, at.done ? 1 : 0);
    }),
    epoch: () => db.prepare('SELECT epoch, sealed FROM live_epoch').get() as { epoch: number; sealed: Uint8Array } | undefined,
    setEpoch: (epoch: number, sealed: Uint8Array) => overwritten(() => { db.prepare('INSERT INTO live_epoch VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, sealed = excluded.sealed').run(epoch, sealed); }),

    underWay: () => db.prepare('SELECT dir FROM deliveries_under_way').pluck().all() as string[],
    begin(dir: string): void { db.prepare('INSERT OR IGNORE INTO deliveries_under_way VALUES (?)').run(dir); },
    settled(dir: string): void { db.prepare('DELETE FROM deliveries_under_way WHERE dir = ?').run(dir); },
  };
}

export type HeldRow = { key: string; rightId: number | null; sealed: Uint8Array; createdAt: number };

/** What a grantee keeps of the rights that it asked for or was given. */
export function heldRows(db: Db) {
  const HELD = 'SELECT key, right_id AS rightId, sealed, created_at AS createdAt FROM held_rights';
  return {
    insert(row: HeldRow): void { db.prepare('INSERT INTO held_rights (key, right_id, sealed, created_at) VALUES (@key, @rightId, @sealed, @createdAt)').run(row); },
    list: () => db.prepare(`${HELD} ORDER BY created_at`).all() as HeldRow[],
    byRight: (rightId: number) => db.prepare(`${HELD} WHERE right_id = ?`).get(rightId) as HeldRow | undefined,
    setRight(key: string, rightId: number): void { db.prepare('UPDATE held_rights SET right_id = ? WHERE key = ?').run(rightId, key); },
    remove(key: string): void { db.prepare('DELETE FROM held_rights WHERE key = ?').run(key); },
    packets: (rightId: number) => db.prepare('SELECT seq, packet, at FROM held_packets WHERE right_id = ? ORDER BY seq').all(rightId) as { seq: number; packet: Uint8Array; at: number }[],
    packet: (rightId: number, seq: number) => db.prepare('SELECT packet FROM held_packets WHERE right_id = ? AND seq = ?').pluck().get(rightId, seq) as Uint8Array | undefined,
    packetBytes: (rightId: number) => db.prepare('SELECT coalesce(sum(length(packet)), 0) FROM held_packets WHERE right_id = ?').pluck().get(rightId) as number,
    nextSeq: (rightId: number) => ((db.prepare('SELECT max(seq) FROM held_packets WHERE right_id = ?').pluck().get(rightId) as number | null) ?? -1) + 1,
    addPacket: (rightId: number, seq: number, packet: Uint8Array, at: number) => db.prepare('INSERT OR IGNORE INTO held_packets VALUES (?, ?, ?, ?)').run(rightId, seq, packet, at).changes > 0,
    opened: (rightId: number) => db.prepare('SELECT seq, recording_id AS recordingId, sealed, at FROM held_opened WHERE right_id = ? ORDER BY seq').all(rightId) as { seq: number; recordingId: string | null; sealed: Uint8Array; at: number }[],
    addOpened(row: { rightId: number; seq: number; recordingId: string | null; sealed: Uint8Array; at: number }): void { db.prepare('INSERT OR REPLACE INTO held_opened VALUES (@rightId, @seq, @recordingId, @sealed, @at)').run(row); },
    /** Recordings that a kill left between their rows and what they were opened of. */
    orphans: () => db.prepare('SELECT id FROM held_recordings WHERE id NOT IN (SELECT recording_id FROM held_opened WHERE recording_id IS NOT NULL)').pluck().all() as string[],
    forgetPackets(rightId: number): void { db.prepare('DELETE FROM held_packets WHERE right_id = ?').run(rightId); },
    forgetOpened(rightId: number): void { db.prepare('DELETE FROM held_opened WHERE right_id = ?').run(rightId); },
  };
}

/** Recordings that were opened by a right; what is said of them is sealed. */
export function heldRecordingIndex(db: Db, { seal, open }: InfoSeal) {
  const parse = (r: { id: string; info: Uint8Array } | undefined) => r && (JSON.parse(open(r.id, r.info)) as RecordingInfo);
  return {
    insert(info: RecordingInfo): void { db.prepare('INSERT OR REPLACE INTO held_recordings VALUES (?, ?, ?)').run(info.id, seal(info.id, JSON.stringify(info)), info.createdAt); },
    list: () => (db.prepare('SELECT id, info FROM held_recordings ORDER BY created_at').all() as { id: string; info: Uint8Array }[]).map((r) => parse(r)!),
    get: (id: string) => parse(db.prepare('SELECT id, info FROM held_recordings WHERE id = ?').get(id) as { id: string; info: Uint8Array } | undefined),
    remove(id: string): void { db.prepare('DELETE FROM held_recordings WHERE id = ?').run(id); },
  };
}

/** Data that went, or came, by a right to append. */
export function appendedRows(db: Db) {
  return {
    next: (rightId: number) => ((db.prepare('SELECT max(number) FROM appended WHERE right_id = ? AND mine = 1').pluck().get(rightId) as number | null) ?? -1) + 1,
    put(row: { rightId: number; number: number; mine: boolean; state: 'sealed' | 'taken'; sealed: Uint8Array; at: number }): void { db.prepare('INSERT OR REPLACE INTO appended VALUES (@rightId, @number, @mine, @state, @sealed, @at)').run({ ...row, mine: row.mine ? 1 : 0 }); },
    get: (rightId: number, number: number, mine: boolean) => db.prepare('SELECT state, sealed, at FROM appended WHERE right_id = ? AND number = ? AND mine = ?').get(rightId, number, mine ? 1 : 0) as { state: 'sealed' | 'taken'; sealed: Uint8Array; at: number } | undefined,
    /** What came by a right. */
    taken: (rightId: number) => db.prepare("SELECT number, sealed FROM appended WHERE right_id = ? AND mine = 0 AND state = 'taken'").all(rightId) as { number: number; sealed: Uint8Array }[],
    waiting: () => db.prepare("SELECT right_id AS rightId, number, sealed FROM appended WHERE mine = 1 AND state = 'sealed' ORDER BY at").all() as { rightId: number; number: number; sealed: Uint8Array }[],
  };
}
