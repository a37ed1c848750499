import type { QualityReport, QualityReason } from './domain/quality-report.ts';
import type { Shown, Specification } from './domain/specification.ts';

/** What a verdict needs of a report: all but the spans. Small enough to be kept for every listing. */
export type ReportSummary = Pick<QualityReport, 'version' | 'score' | 'parts' | 'channels' | 'durationSeconds'> & {
  labels: Pick<NonNullable<QualityReport['labels']>, 'seconds' | 'movements'> | null;
  reasons: Pick<QualityReason, 'part' | 'code' | 'cost'>[];
};

export const summarise = ({ version, score, parts, channels, durationSeconds, labels, reasons }: QualityReport): ReportSummary => ({
  version, score, parts, channels, durationSeconds,
  labels: labels && { seconds: labels.seconds, movements: labels.movements },
  reasons: reasons.map(({ part, code, cost }) => ({ part, code, cost })),
});

export type VerdictReason = { /** Which line of the specification. */ asked: string; ok: boolean; sentence: string };
export type Verdict = { fits: boolean; reasons: VerdictReason[] };

const number = (v: number) => String(Number(v.toPrecision(3)));
const hours = (seconds: number) => `${number(seconds / 3600)} h`;
const words: Partial<Record<Shown, string>> = { 'not-worn': 'not worn', artefact: 'artefacts' };

/**
 * Whether a recording is what somebody specified, and each line's reason. Pure: the same report and specification give the
 * same verdict everywhere.
 */
export function verdict(report: ReportSummary, spec: Specification): Verdict {
  const reasons: VerdictReason[] = [];
  const note = (asked: string, ok: boolean, sentence: string) => { reasons.push({ asked, ok, sentence }); };
  for (const want of spec.channels ?? []) {
    const channel = report.channels.filter((c) => c.kind === want.kind).reduce<QualityReport['channels'][number] | null>((best, c) => (best === null || c.seconds > best.seconds ? c : best), null);
    note(`channels.${want.kind}`, channel !== null, channel ? `There is ${want.kind}.` : `There is no ${want.kind}.`);
    if (!channel) continue;
    if (want.minRateHz !== undefined) note(`channels.${want.kind}.minRateHz`, channel.rateHz >= want.minRateHz * 0.995, `${want.kind} comes at ${number(channel.rateHz)} Hz; ${number(want.minRateHz)} Hz are asked for.`);
    if (want.minHours !== undefined) note(`channels.${want.kind}.minHours`, channel.seconds >= want.minHours * 3600, `${want.kind} has values for ${hours(channel.seconds)} of ${number(want.minHours)} h.`);
    if (want.maxStep !== undefined) note(`channels.${want.kind}.maxStep`, channel.step !== null && channel.step <= want.maxStep, channel.step === null ? `The step of ${want.kind} is not known.` : `${want.kind} comes in steps of ${number(channel.step)}; ${number(want.maxStep)} at most are asked for.`);
  }
  if (spec.minHours !== undefined) note('minHours', report.durationSeconds >= spec.minHours * 3600, `It lasts ${hours(report.durationSeconds)}; at least ${number(spec.minHours)} h are asked for.`);
  if (spec.maxHours !== undefined) note('maxHours', report.durationSeconds <= spec.maxHours * 3600, `It lasts ${hours(report.durationSeconds)}; at most ${number(spec.maxHours)} h are asked for.`);
  const { labels } = report;
  const labelled = labels ? Object.values(labels.seconds).reduce((a, b) => a + b, 0) : 0;
  const shown = (what: Shown): number | null => (labels === null ? null : what in labels.seconds ? labels.seconds[what as keyof typeof labels.seconds] : Object.keys(labels.movements).length === 0 ? null : labels.movements[what as keyof typeof labels.movements] ?? 0);
  for (const { show, minHours } of spec.wanted ?? []) {
    const seconds = shown(show);
    note(`wanted.${show}`, seconds !== null && seconds >= minHours * 3600, seconds === null ? `Nothing is known of ${words[show] ?? show}.` : `${hours(seconds)} of ${words[show] ?? show}; at least ${number(minHours)} h are asked for.`);
  }
  for (const { show, maxShare } of spec.unwanted ?? []) {
    const seconds = shown(show);
    const share = labelled > 0 ? (seconds ?? 0) / labelled : 0;
    note(`unwanted.${show}`, seconds !== null && share <= maxShare, seconds === null ? `Nothing is known of ${words[show] ?? show}.` : `${number(100 * share)} % of the time is ${words[show] ?? show}; at most ${number(100 * maxShare)} % are allowed.`);
  }
  if (spec.minScore !== undefined) note('minScore', report.score >= spec.minScore, `It scores ${report.score}; ${spec.minScore} are asked for.`);
  for (const [name, least] of Object.entries(spec.minParts ?? {})) {
    const score = report.parts.find((p) => p.name === name)?.score ?? null;
    note(`minParts.${name}`, score !== null && score >= least, score === null ? `Nothing is said of ${name}.` : `${name[0]!.toUpperCase()}${name.slice(1)} scores ${number(score)}; ${number(least)} are asked for.`);
  }
  for (const code of spec.without ?? []) {
    const found = report.reasons.some((r) => r.code === code);
    note(`without.${code}`, !found, found ? `It was found to be «${code}».` : `Nothing was found to be «${code}».`);
  }
  return { fits: reasons.every((r) => r.ok), reasons };
}
