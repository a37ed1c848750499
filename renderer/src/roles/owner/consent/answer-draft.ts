import type { ApproveIn, RequestView } from '../../../../../shared/api/consent.ts';
import { ChannelKind } from '../../../../../shared/domain/recording.ts';

/** What the person has ticked of a request. Nothing is, at first: an answer is their own act. */
export type AnswerDraft = {
  read: boolean; append: boolean; live: boolean; channels: string[];
  /** At first those that were asked for; null: all. */
  days: { from: string; to: string } | null;
  /** Seconds; at first as asked. */
  seconds: number;
  recordings: string[]; datasets: number[]; records: number[];
};
export type AnswerProblem = 'details' | 'operation' | 'channels' | 'days' | 'nothing';
type Candidate = RequestView['candidates'][number];

export const newAnswer = (r: RequestView): AnswerDraft => ({ read: false, append: false, live: false, channels: [], days: r.scope?.days ?? null, seconds: r.duration, recordings: [], datasets: [], records: [] });

export const mayRead = (r: RequestView): boolean => r.operations !== 'append';
export const mayAppend = (r: RequestView): boolean => r.operations !== 'read';
const ofCandidates = (r: RequestView): string[] => [...new Set(r.candidates.flatMap((c) => c.channels))].sort();
/** Channels to choose from: those asked for; where all were, those of what fits, and of what is yet to be recorded any. */
export function channelsOf(r: RequestView): string[] {
  if (r.scope && r.scope.channels.length > 0) return r.scope.channels;
  return r.scope?.live && r.category === 'health' ? [...new Set([...ofCandidates(r), ...ChannelKind.options])] : ofCandidates(r);
}
/** Whether that is every channel there can be, so that «all» is said rather than each of them. */
const isAll = (r: RequestView, channels: readonly string[]): boolean => r.scope?.channels.length === 0 && r.scope.live && channels.length === channelsOf(r).length;

/** What stands for a candidate among the ticks; the chain's number before that of the profile. */
export const keyOf = (c: Candidate): string => (c.datasetId !== null ? `dataset:${c.datasetId}` : c.recordId !== undefined && c.recordId !== null ? `record:${c.recordId}` : `recording:${c.recordingId}`);
export const isTicked = (d: AnswerDraft, c: Candidate): boolean => (c.datasetId !== null ? d.datasets.includes(c.datasetId) : c.recordId !== undefined && c.recordId !== null ? d.records.includes(c.recordId) : d.recordings.includes(c.recordingId ?? ''));

const put = <T>(list: readonly T[], it: T, on: boolean): T[] => (on ? [...list.filter((x) => x !== it), it] : list.filter((x) => x !== it));
export function tick(d: AnswerDraft, c: Candidate, on: boolean): AnswerDraft {
  if (c.datasetId !== null) return { ...d, datasets: put(d.datasets, c.datasetId, on) };
  if (c.recordId !== undefined && c.recordId !== null) return { ...d, records: put(d.records, c.recordId, on) };
  return c.recordingId === null ? d : { ...d, recordings: put(d.recordings, c.recordingId, on) };
}

/** All that was asked for, by one press. */
export const tickAll = (r: RequestView): AnswerDraft => r.candidates.reduce((d, c) => tick(d, c, true), { ...newAnswer(r), read: mayRead(r), append: mayAppend(r), live: r.scope?.live ?? false, channels: channelsOf(r) });

/** The answer as the API takes it, or what keeps it from being one. Never more than was asked for. */
export function answerOf(d: AnswerDraft, r: RequestView): { input: ApproveIn; problem: null } | { input: null; problem: AnswerProblem } {
  const no = (problem: AnswerProblem) => ({ input: null, problem });
  if (!r.scope || !r.purpose) return no('details');
  const read = d.read && mayRead(r);
  const append = d.append && mayAppend(r);
  if (!read && !append) return no('operation');
  const offered = channelsOf(r);
  const live = read && d.live && r.scope.live;
  const ticked = offered.filter((c) => d.channels.includes(c));
  const known = ofCandidates(r);
  // Of what is there now nothing else can be read; what comes may have any.
  const channels = live && isAll(r, ticked) ? [] : live || r.scope.channels.length > 0 ? ticked : ticked.filter((c) => known.includes(c));
  if (read && offered.length > 0 && (ticked.length === 0 || (channels.length === 0 && !live))) return no('channels');
  const asked = r.scope.days;
  if (d.days && d.days.from > d.days.to) return no('days');
  if (asked && (!d.days || d.days.from < asked.from || d.days.to > asked.to)) return no('days');
  const given = read && d.recordings.length + d.datasets.length + d.records.length > 0;
  if (!given && !live && !append) return no('nothing');
  return {
    problem: null,
    input: {
      // Who only adds reads no channel: the scope stays the one that was asked for.
      rightId: r.rightId, scope: { channels: read ? channels : r.scope.channels, days: d.days, live }, operations: read && append ? 'read-append' : read ? 'read' : 'append', seconds: Math.min(d.seconds, r.duration),
      recordings: read ? d.recordings : [], datasets: read ? d.datasets : [], ...(d.records.length > 0 && read ? { records: d.records } : {}),
    },
  };
}
