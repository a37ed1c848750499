import { big, cidText, hex, num, text, word, type EventHandlers, type EventTools } from './tools.ts';

const KINDS = ['none', 'purchase', 'validation', 'grant', 'emergency'];

/** Datasets from their listing to their end, and accesses from their opening to their settlement. */
export function marketEvents({ prepare, note, ownerOf, accessOf }: EventTools): EventHandlers {
  const addDataset = prepare("INSERT INTO datasets VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, 'published', 0, ?, NULL, NULL, NULL, ?, ?)");
  const addSeat = prepare("INSERT INTO seats VALUES (?, ?, ?, ?, 'named')");
  const setSeat = prepare('UPDATE seats SET status = ? WHERE dataset_id = ? AND seat = ?');
  const countSeats = prepare("UPDATE datasets SET accepted_seats = (SELECT count(*) FROM seats WHERE dataset_id = @id AND status = 'accepted') WHERE id = @id");
  const setPrice = prepare('UPDATE datasets SET price = ?, version = ? WHERE id = ?');
  const judge = prepare('UPDATE datasets SET status = ?, validator = ?, score = ?, report_hash = ? WHERE id = ?');
  const setDataset = prepare('UPDATE datasets SET status = ? WHERE id = ?');
  const addAccess = prepare("INSERT INTO accesses VALUES (?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?)");
  const setAccess = prepare('UPDATE accesses SET status = ? WHERE id = ?');
  const setChallenge = prepare('UPDATE accesses SET challenge_end = ? WHERE id = ?');
  const reopen = prepare('UPDATE accesses SET challenge_end = NULL, deadline = ? WHERE id = ?');
  const addRelease = prepare("INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?, 'standing', ?)");
  const dispute = prepare("UPDATE releases SET status = 'disputed' WHERE access_id = ? AND seat = ?");

  return {
    DatasetPublished(e, a) {
      const id = num(a.datasetId);
      const keepers = a.keepers as unknown[];
      const commitments = a.commitments as unknown[];
      addDataset.run(id, hex(a.owner), text(a.contentHash), text(a.recordRoot), text(a.nonce), cidText(a.cid), big(a.price).toString(), num(a.keepersBps), num(a.validatorBps), num(a.threshold), keepers.length, e.block, e.at);
      keepers.forEach((keeper, i) => addSeat.run(id, i, hex(keeper), text(commitments[i])));
      note(e, { dataset: id, actor: hex(a.owner), details: { price: text(a.price) } });
    },
    SeatAccepted(e, a) { setSeat.run('accepted', num(a.datasetId), num(a.index)); countSeats.run({ id: num(a.datasetId) }); note(e, { dataset: num(a.datasetId), actor: hex(a.keeper), subject: ownerOf(num(a.datasetId)), details: { seat: num(a.index) } }); },
    SeatResigned(e, a) { setSeat.run('resigned', num(a.datasetId), num(a.index)); countSeats.run({ id: num(a.datasetId) }); note(e, { dataset: num(a.datasetId), actor: hex(a.keeper), subject: ownerOf(num(a.datasetId)), details: { seat: num(a.index) } }); },
    PriceChanged(e, a) { setPrice.run(big(a.price).toString(), num(a.version), num(a.datasetId)); note(e, { dataset: num(a.datasetId), actor: ownerOf(num(a.datasetId)), details: { price: text(a.price), version: num(a.version) } }); },
    DatasetCertified(e, a) { judge.run('certified', hex(a.validator), num(a.score), text(a.reportHash), num(a.datasetId)); note(e, { dataset: num(a.datasetId), access: num(a.accessId), actor: hex(a.validator), subject: ownerOf(num(a.datasetId)), amount: big(a.reward), details: { score: num(a.score) } }); },
    DatasetRejected(e, a) { judge.run('rejected', hex(a.validator), num(a.score), text(a.reportHash), num(a.datasetId)); note(e, { dataset: num(a.datasetId), access: num(a.accessId), actor: hex(a.validator), subject: ownerOf(num(a.datasetId)), details: { score: num(a.score) } }); },
    DatasetWithdrawn(e, a) { setDataset.run('withdrawn', num(a.datasetId)); note(e, { dataset: num(a.datasetId), actor: ownerOf(num(a.datasetId)) }); },
    ShareDestroyed(e, a) { setSeat.run('destroyed', num(a.datasetId), num(a.index)); countSeats.run({ id: num(a.datasetId) }); note(e, { dataset: num(a.datasetId), actor: hex(a.keeper), subject: ownerOf(num(a.datasetId)), details: { seat: num(a.index) } }); },
    AccessOpened(e, a) {
      addAccess.run(num(a.accessId), num(a.datasetId), hex(a.grantee), KINDS[num(a.kind)] ?? 'none', word(a.px), word(a.py), num(a.version), big(a.price).toString(), num(a.deadline), num(a.seats), text(a.purpose), e.block, e.at);
      note(e, { dataset: num(a.datasetId), access: num(a.accessId), actor: hex(a.grantee), subject: ownerOf(num(a.datasetId)), amount: big(a.price), details: { kind: KINDS[num(a.kind)] ?? 'none' } });
    },
    ShareReleased(e, a) {
      addRelease.run(num(a.accessId), num(a.index), hex(a.keeper), word(a.ex), word(a.ey), text(a.ct), e.block);
      const { dataset, grantee } = accessOf(num(a.accessId));
      note(e, { dataset, access: num(a.accessId), actor: hex(a.keeper), subject: grantee, details: { seat: num(a.index) } });
    },
    AccessReady(e, a) { setChallenge.run(num(a.challengeEnd), num(a.accessId)); const { dataset, grantee } = accessOf(num(a.accessId)); note(e, { dataset, access: num(a.accessId), subject: grantee }); },
    ReleaseDisputed(e, a) {
      dispute.run(num(a.accessId), num(a.index));
      reopen.run(num(a.deadline), num(a.accessId));
      const { dataset, grantee } = accessOf(num(a.accessId));
      note(e, { dataset, access: num(a.accessId), actor: hex(a.keeper), subject: grantee, details: { seat: num(a.index) } });
    },
    AccessSettled(e, a) {
      setAccess.run('settled', num(a.accessId));
      const { dataset, grantee } = accessOf(num(a.accessId));
      note(e, { dataset, access: num(a.accessId), actor: grantee, subject: ownerOf(dataset), amount: big(a.toOwner) + big(a.toKeepers) + big(a.toValidator), details: { toOwner: text(a.toOwner), toKeepers: text(a.toKeepers), toValidator: text(a.toValidator) } });
    },
    AccessRefunded(e, a) { setAccess.run('refunded', num(a.accessId)); const { dataset, grantee } = accessOf(num(a.accessId)); note(e, { dataset, access: num(a.accessId), subject: grantee, amount: big(a.amount) }); },
    AccessClosed(e, a) { setAccess.run('closed', num(a.accessId)); const { dataset, grantee } = accessOf(num(a.accessId)); note(e, { dataset, access: num(a.accessId), subject: grantee }); },
  };
}
