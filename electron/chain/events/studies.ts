import { big, hex, num, text, word, type EventHandlers, type EventTools } from './tools.ts';

/** Calls, who enrolled, and what became of their places. Which entry a position means follows from the seed: see consent/studies/shuffle.ts. */
export function studyEvents({ prepare, note }: EventTools): EventHandlers {
  const open = prepare(`INSERT INTO calls (id, researcher, status, reward, places, enrol_until, screen_period, answer_period, fill_period, release_period, min_score, commitment, px, py, purpose, criteria_hash, criteria, opened_block, opened_at)
    VALUES (?, ?, 'enrolling', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const enrol = prepare("INSERT INTO call_entries (call_id, idx, owner, dataset_id, status) VALUES (?, ?, ?, ?, 'entered')");
  const setEntry = prepare('UPDATE call_entries SET status = ? WHERE call_id = ? AND idx = ?');
  const strike = prepare("UPDATE call_entries SET status = 'struck', reason_hash = ? WHERE call_id = ? AND idx = ?");
  const approve = prepare("UPDATE call_entries SET status = 'approved', access_id = ? WHERE call_id = ? AND idx = ?");
  const share = prepare("UPDATE call_entries SET status = 'compensated', share = ? WHERE call_id = ? AND idx = ?");
  const close = prepare("UPDATE calls SET status = 'closed', draw_block = ? WHERE id = ?");
  const fix = prepare("UPDATE calls SET status = 'fixed', block_hash = ?, reveal_until = ? WHERE id = ?");
  const draw = prepare("UPDATE calls SET status = 'drawn', seed = ?, drawn_entries = ?, first_offers = ?, answer_until = ?, drawn_at = ? WHERE id = ?");
  const offer = prepare("INSERT INTO call_positions VALUES (?, ?, 'offered', ?)");
  const pass = prepare("INSERT INTO call_positions VALUES (?, ?, 'passed', 0) ON CONFLICT (call_id, position) DO UPDATE SET status = 'passed'");
  const end = prepare('UPDATE calls SET status = ?, returned = ? WHERE id = ?');
  const callOf = prepare('SELECT researcher, reward FROM calls WHERE id = ?');
  const entryOf = prepare('SELECT dataset_id FROM call_entries WHERE call_id = ? AND idx = ?').pluck();
  const call = (id: number) => (callOf.get(id) as { researcher: string; reward: string } | undefined) ?? { researcher: null, reward: '0' };
  const dataset = (id: number, index: number) => (entryOf.get(id, index) as number | undefined) ?? null;

  return {
    CallOpened(e, a) {
      const id = num(a.callId);
      open.run(id, hex(a.researcher), big(a.reward).toString(), num(a.places), num(a.enrolUntil), num(a.screenPeriod), num(a.answerPeriod), num(a.fillPeriod), num(a.releasePeriod), num(a.minScore),
        hex(a.commitment), word(a.px), word(a.py), hex(a.purpose), hex(a.criteriaHash), Buffer.from(text(a.criteria).slice(2), 'hex'), e.block, e.at);
      note(e, { call: id, actor: hex(a.researcher), amount: big(a.reward) * big(a.places), details: { purpose: hex(a.purpose), places: num(a.places) } });
    },
    Enrolled(e, a) {
      enrol.run(num(a.callId), num(a.index), hex(a.owner), num(a.datasetId));
      note(e, { call: num(a.callId), dataset: num(a.datasetId), actor: hex(a.owner), subject: call(num(a.callId)).researcher, details: { index: num(a.index) } });
    },
    EntryLeft(e, a) {
      setEntry.run('left', num(a.callId), num(a.index));
      note(e, { call: num(a.callId), dataset: dataset(num(a.callId), num(a.index)), actor: hex(a.owner), subject: call(num(a.callId)).researcher, details: { index: num(a.index) } });
    },
    EntryStruck(e, a) {
      strike.run(hex(a.reasonHash), num(a.callId), num(a.index));
      note(e, { call: num(a.callId), dataset: dataset(num(a.callId), num(a.index)), actor: call(num(a.callId)).researcher, subject: hex(a.owner), details: { index: num(a.index) } });
    },
    CallClosed(e, a) { close.run(num(a.drawBlock), num(a.callId)); note(e, { call: num(a.callId), subject: call(num(a.callId)).researcher, details: { drawBlock: num(a.drawBlock) } }); },
    BlockFixed(e, a) { fix.run(hex(a.blockHash), num(a.revealUntil), num(a.callId)); note(e, { call: num(a.callId), subject: call(num(a.callId)).researcher, details: { revealUntil: num(a.revealUntil) } }); },
    CallDrawn(e, a) {
      draw.run(hex(a.seed), num(a.entries), num(a.offered), num(a.answerUntil), e.at, num(a.callId));
      note(e, { call: num(a.callId), actor: call(num(a.callId)).researcher, details: { entries: num(a.entries), offered: num(a.offered), answerUntil: num(a.answerUntil) } });
    },
    PlaceOffered(e, a) { offer.run(num(a.callId), num(a.position), num(a.answerUntil)); note(e, { call: num(a.callId), actor: call(num(a.callId)).researcher, details: { position: num(a.position) } }); },
    PlacePassed(e, a) { pass.run(num(a.callId), num(a.position)); note(e, { call: num(a.callId), subject: call(num(a.callId)).researcher, details: { position: num(a.position) } }); },
    PlaceApproved(e, a) {
      approve.run(num(a.accessId), num(a.callId), num(a.index));
      const { researcher, reward } = call(num(a.callId));
      note(e, { call: num(a.callId), dataset: num(a.datasetId), access: num(a.accessId), actor: hex(a.owner), subject: researcher, amount: big(reward), details: { index: num(a.index) } });
    },
    CallEnded(e, a) { end.run('ended', big(a.returned).toString(), num(a.callId)); note(e, { call: num(a.callId), subject: call(num(a.callId)).researcher, amount: big(a.returned), details: { approved: num(a.approved) } }); },
    CallAbandoned(e, a) { end.run('abandoned', big(a.returned).toString(), num(a.callId)); note(e, { call: num(a.callId), subject: call(num(a.callId)).researcher, amount: big(a.returned), details: { share: text(a.share) } }); },
    BondShared(e, a) {
      share.run(big(a.share).toString(), num(a.callId), num(a.index));
      note(e, { call: num(a.callId), dataset: dataset(num(a.callId), num(a.index)), subject: hex(a.owner), amount: big(a.share), details: { index: num(a.index) } });
    },
  };
}
