import { hex, num, type EventHandlers, type EventTools } from './tools.ts';

/** Rights from the request to their end, their uses, and emergencies. */
export function consentEvents({ prepare, note }: EventTools): EventHandlers {
  const addRequest = prepare(`
    INSERT INTO rights (id, owner, grantee, category, operations, status, expiry, epoch, scope_root, asked_root, purpose, encryption_key, details, envelope, requested_at, decided_at, ended_at, tx, block)
    VALUES (?, ?, ?, ?, ?, 'pending', ?, 0, @root, @root, ?, ?, ?, NULL, ?, NULL, NULL, ?, ?)`);
  // A grant without a request comes into being here; a request becomes what was approved of it.
  const approve = prepare(`
    INSERT INTO rights (id, owner, grantee, category, operations, status, expiry, epoch, scope_root, asked_root, purpose, encryption_key, details, envelope, requested_at, decided_at, ended_at, tx, block)
    VALUES (?, @owner, ?, ?, ?, 'approved', ?, coalesce((SELECT epoch FROM epochs WHERE owner = @owner), 0), ?, NULL, ?, NULL, NULL, ?, NULL, ?, NULL, ?, ?)
    ON CONFLICT (id) DO UPDATE SET operations = excluded.operations, status = 'approved', expiry = excluded.expiry, epoch = excluded.epoch, scope_root = excluded.scope_root, purpose = excluded.purpose,
      envelope = excluded.envelope, decided_at = excluded.decided_at, tx = excluded.tx, block = excluded.block`);
  const end = prepare('UPDATE rights SET status = ?, ended_at = coalesce(ended_at, ?) WHERE id = ?');
  const reject = prepare("UPDATE rights SET status = 'rejected', decided_at = @at, ended_at = @at WHERE id = @id");
  const setEpoch = prepare('INSERT INTO epochs VALUES (?, ?, ?) ON CONFLICT (owner) DO UPDATE SET epoch = excluded.epoch, at = excluded.at');
  const endAll = prepare("UPDATE rights SET ended_at = @at WHERE owner = @owner AND status = 'approved' AND ended_at IS NULL AND expiry >= @at");
  const addUse = prepare('INSERT INTO uses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const setReadable = prepare('INSERT INTO emergency_readable VALUES (?, ?, ?, ?) ON CONFLICT (dataset_id) DO UPDATE SET owner = excluded.owner, readable = excluded.readable, at = excluded.at');
  const addEmergency = prepare('INSERT INTO emergencies VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?)');
  const contest = prepare('UPDATE emergencies SET contested_at = coalesce(contested_at, ?), contest_hash = ? WHERE access_id = ?');
  const emergency = prepare('SELECT dataset_id, institution FROM emergencies WHERE access_id = ?');

  return {
    AccessRequested(e, a) {
      addRequest.run(num(a.rightId), hex(a.owner), hex(a.grantee), num(a.category), num(a.operations), num(a.duration), hex(a.purpose), hex(a.encryptionKey), hex(a.details), e.at, e.tx, e.block, { root: hex(a.scopeRoot) });
      note(e, { right: num(a.rightId), actor: hex(a.grantee), subject: hex(a.owner), details: { purpose: hex(a.purpose), duration: num(a.duration) } });
    },
    RequestWithdrawn(e, a) { end.run('withdrawn', e.at, num(a.rightId)); note(e, { right: num(a.rightId), actor: hex(a.grantee), subject: hex(a.owner) }); },
    RequestRejected(e, a) { reject.run({ at: e.at, id: num(a.rightId) }); note(e, { right: num(a.rightId), actor: hex(a.owner), subject: hex(a.grantee) }); },
    AccessGranted(e, a) {
      approve.run(num(a.rightId), hex(a.grantee), num(a.category), num(a.operations), num(a.expiry), hex(a.scopeRoot), hex(a.purpose), hex(a.envelope), e.at, e.tx, e.block, { owner: hex(a.owner) });
      note(e, { right: num(a.rightId), actor: hex(a.owner), subject: hex(a.grantee), details: { purpose: hex(a.purpose), expiry: num(a.expiry) } });
    },
    AccessRevoked(e, a) { end.run('revoked', e.at, num(a.rightId)); note(e, { right: num(a.rightId), actor: hex(a.owner), subject: hex(a.grantee) }); },
    AllRevoked(e, a) {
      setEpoch.run(hex(a.owner), num(a.epoch), e.at);
      endAll.run({ owner: hex(a.owner), at: e.at });
      note(e, { actor: hex(a.owner), details: { epoch: num(a.epoch) } });
    },
    AccessHandedBack(e, a) { end.run('handed-back', e.at, num(a.rightId)); note(e, { right: num(a.rightId), actor: hex(a.grantee), subject: hex(a.owner) }); },
    AccessUsed(e, a) {
      addUse.run(num(a.rightId), hex(a.owner), hex(a.grantee), num(a.operation), hex(a.recordHash), hex(a.place), e.at, e.tx, e.block, e.logIndex);
      note(e, { right: num(a.rightId), actor: hex(a.grantee), subject: hex(a.owner), details: { operation: num(a.operation), recordHash: hex(a.recordHash), place: hex(a.place) } });
    },
    EmergencyReadable(e, a) {
      setReadable.run(num(a.datasetId), hex(a.owner), a.readable === true ? 1 : 0, e.at);
      note(e, { dataset: num(a.datasetId), actor: hex(a.owner), details: { readable: a.readable === true ? 1 : 0 } });
    },
    EmergencyOpened(e, a) {
      addEmergency.run(num(a.accessId), num(a.datasetId), hex(a.institution), hex(a.owner), hex(a.reasonHash), hex(a.reason), e.at, e.tx, e.block);
      note(e, { dataset: num(a.datasetId), access: num(a.accessId), actor: hex(a.institution), subject: hex(a.owner) });
    },
    EmergencyContested(e, a) {
      contest.run(e.at, hex(a.reasonHash), num(a.accessId));
      const it = emergency.get(num(a.accessId)) as { dataset_id: number; institution: string } | undefined;
      note(e, { dataset: it?.dataset_id, access: num(a.accessId), actor: hex(a.owner), subject: it?.institution });
    },
  };
}
