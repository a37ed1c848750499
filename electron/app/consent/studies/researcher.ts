import type { z } from 'zod';
import type { CallView, Eligible, EligibleIn, EntryView } from '../../../../shared/api/studies.ts';
import { Criteria } from '../../../../shared/api/studies.ts';
import { Label } from '../../../../shared/domain/label.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { CallRow } from '../../../../shared/domain/studies.ts';
import type { ReportSummary } from '../../../../shared/verdict.ts';
import { readCriteria } from '../../../consent/studies/criteria.ts';
import { answerEligible, type AnswerRows } from '../../../consent/studies/eligible.ts';
import { meets } from '../../../consent/studies/meets.ts';
import { shuffleOf } from '../../../consent/studies/phase.ts';
import type { StudyPorts } from '../../../consent/studies/ports.ts';
import type { StrikeReason } from '../../../consent/studies/reason.ts';
import { standingOf } from '../../../consent/studies/steps.ts';
import { certifiedFacts, studyNotes } from '../../../db/queries/study-reads.ts';
import type { NodeParts } from '../../open-parts.ts';
import type { Candidates } from './candidates.ts';
import { atMost, type Learn, type Patience } from './learn.ts';
import { knownCall } from './owner.ts';
import type { Reasons } from './reasons.ts';
import { callView, shownTime } from './views.ts';

/** Listings looked at between two turns of the event loop. */
const CHUNK = 200;

/** The researcher's side of studies, but for opening one. */
export function createStudyResearcher(parts: Pick<NodeParts, 'db'>, ports: StudyPorts, candidates: Candidates, learn: Learn, reasons: Reasons, { patienceMs, onLearnt }: Patience) {
  const notes = studyNotes(parts.db);
  const facts = certifiedFacts(parts.db);
  const answers: AnswerRows = {
    list: () => notes.answers().map((r) => ({ question: r.question, owners: JSON.parse(r.owners) as string[], answer: JSON.parse(r.answer) as Eligible, at: r.at })),
    insert: (r) => { notes.addAnswer({ question: r.question, owners: JSON.stringify(r.owners), answer: JSON.stringify(r.answer), at: r.at }); },
  };
  function own(callId: number): CallRow {
    const call = knownCall(ports, callId);
    if (call.researcher !== ports.me) throw new AppError('not-yours', `Study ${callId} is of another researcher.`, { hint: 'Open the profile that opened it.' });
    return call;
  }

  return {
    async eligible({ criteria, minScore }: z.infer<typeof EligibleIn>): Promise<Eligible> {
      const asked = Criteria.parse(criteria);
      await atMost(learn.all(), patienceMs, onLearnt);
      const owners = new Set<string>();
      let looked = 0;
      for (let after = 0; ;) {
        const rows = facts(after, CHUNK);
        for (const { owner, score, label: text, summary } of rows) {
          const label = Label.parse(JSON.parse(text));
          const it = { report: summary === null ? null : (JSON.parse(summary) as ReportSummary), score, month: label.month, demographics: label.demographics };
          if (meets(asked, minScore, it).meets) owners.add(owner);
        }
        looked += rows.length;
        if (rows.length < CHUNK) break;
        after = rows.at(-1)!.id;
        await new Promise((resolve) => setImmediate(resolve));
      }
      return answerEligible({ criteria: asked, minScore }, owners, looked, answers, Date.now());
    },

    async mine(): Promise<CallView[]> {
      const now = await shownTime(ports);
      return ports.studies.callsBy(ports.me).map((call) => callView(ports, call, now));
    },

    async entries(callId: number): Promise<EntryView[]> {
      const call = own(callId);
      const rows = ports.studies.entries(callId);
      await atMost(learn.these(rows.map((e) => e.datasetId)), patienceMs, onLearnt);
      const { criteria } = readCriteria(call);
      const shuffle = shuffleOf(call);
      const { waiting } = standingOf(call, rows, ports.studies.positions(callId), await shownTime(ports));
      return rows.map((e) => {
        const it = candidates.listed(e.datasetId);
        const met = criteria === null ? { meets: false, why: ['The criteria of this study cannot be read.'] } : meets(criteria, call.minScore, it);
        const access = e.accessId === null ? undefined : ports.reads.access(e.accessId);
        const until = waiting.find((o) => o.index === e.index)?.answerUntil;
        return {
          index: e.index, owner: e.owner, datasetId: e.datasetId, title: it.title, quality: it.score, ...met, status: e.status, position: shuffle?.positionOf(e.index) ?? null,
          answerUntil: until === undefined ? null : until * 1000, accessId: e.accessId, delivered: access !== undefined && (access.status === 'settled' || access.challengeEnd !== null),
        };
      });
    },

    /** The reason is kept, and laid out for its owner, before its hash is sent. */
    async strike({ callId, index, reason }: { callId: number; index: number; reason: string }): Promise<void> {
      const call = own(callId);
      if (call.open) throw new AppError('invalid-argument', `Study ${callId} is open to all: there is nobody to strike.`, { hint: 'Do not accept the entry; it ends with the study.' });
      const entry = ports.studies.entry(callId, index);
      if (entry?.status !== 'entered') throw new AppError('invalid-argument', `Entry ${index} of study ${callId} does not wait.`, { hint: 'Look at the entries again.' });
      const hash = await reasons.put(entry, reason.trim());
      await ports.as(null).send({ key: `study:${callId}:strike:${index}`, contract: 'studies', method: 'strike', args: [callId, index, hash] });
    },
    /** Why an entry was struck; null where it was not by this profile. */
    reasonOf: (callId: number, index: number): StrikeReason | null => reasons.kept(callId, index),

    async accept({ callId, index }: { callId: number; index: number }): Promise<{ accessId: number }> {
      const call = own(callId);
      if (!call.open) throw new AppError('invalid-argument', `The places of study ${callId} are drawn.`, { hint: 'Nobody chooses who gets one; strike who does not meet the criteria.' });
      const sent = await ports.as(null).send({ key: `study:${callId}:accept:${index}`, contract: 'studies', method: 'accept', args: [callId, index, call.px, call.py, call.purpose] });
      return { accessId: Number(sent.events.find((e) => e.name === 'PlaceApproved')!.args.accessId) };
    },

    async finish(callId: number): Promise<void> {
      own(callId);
      await ports.as(null).send({ key: `study:${callId}:finish`, contract: 'studies', method: 'finish', args: [callId] });
    },
  };
}
