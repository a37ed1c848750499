import { cidText, hex, num, type EventHandlers, type EventTools } from './tools.ts';

/** What institutions wrote about patients, and what these keep of it. */
export function recordEvents({ prepare, note }: EventTools): EventHandlers {
  const issue = prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, NULL, ?, ?)');
  const store = prepare('UPDATE records SET stored_hash = ?, stored_at = ? WHERE id = ?');
  const issuerOf = prepare('SELECT issuer FROM records WHERE id = ?').pluck();
  return {
    RecordIssued(e, a) {
      issue.run(num(a.recordId), hex(a.issuer), hex(a.patient), num(a.category), hex(a.digest), hex(a.contentHash), cidText(a.cid), hex(a.sealedKey), num(a.corrects), e.at, e.tx, e.block);
      note(e, { record: num(a.recordId), actor: hex(a.issuer), subject: hex(a.patient), details: { category: num(a.category), corrects: num(a.corrects) } });
    },
    RecordStored(e, a) {
      store.run(hex(a.newContentHash), e.at, num(a.recordId));
      note(e, { record: num(a.recordId), actor: hex(a.patient), subject: issuerOf.get(num(a.recordId)) as string | undefined });
    },
  };
}
