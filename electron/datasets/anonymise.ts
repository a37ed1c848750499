import type { DeviceEntry } from '../../shared/domain/device.ts';
import { Label, type Demographics, type LabelStatistics } from '../../shared/domain/label.ts';
import type { QualityReport } from '../../shared/domain/quality-report.ts';
import type { RecordingInfo } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { deviceName } from '../quality/hardware/registry.ts';
import { labelTexts } from './check-label.ts';
import { findPersonalData } from './personal-data.ts';

export type LabelRequest = { title: string; description: string; tags: string[]; demographics: Demographics };

/** Before this an absolute time is no wall clock but a count from the start: 1973-03-03. */
const FIRST_CLOCK = 1e14;

/** What else a label says: of its values where the owner wants that, of its movement, and of its device where that is known. */
export type LabelFacts = { statistics?: LabelStatistics[] | null; fingerprint?: string | null; device?: DeviceEntry | null };

/**
 * The public description of a recording: coarse groups, coarse month, relative times, and no text that names or locates
 * a person. What the recording says of itself beyond that (its title, its file's notes, its annotations) stays behind.
 * @param device of the signed list, where it is known: the label then names that model
 * @throws AppError `personal-data` with the reason and the part, `invalid-argument`
 */
export function buildLabel(info: RecordingInfo, quality: QualityReport, request: LabelRequest, facts: LabelFacts = {}): Label {
  const { label, problems } = draftLabel(info, quality, request, facts);
  const problem = problems[0];
  if (problem) throw new AppError(problem.code, problem.message, { hint: problem.hint, ...(problem.what ? { details: { field: problem.field, what: problem.what } } : {}) });
  return label;
}

export type LabelProblem = { code: 'personal-data' | 'invalid-argument'; field: string; what?: string; message: string; hint: string };

/** The label as the world would see it, and everything that forbids it. */
export function draftLabel(info: RecordingInfo, quality: Pick<QualityReport, 'rateHz' | 'score'>, request: LabelRequest, { statistics = null, fingerprint = null, device = null }: LabelFacts = {}): { label: Label; problems: LabelProblem[] } {
  const candidate: Label = {
    title: request.title.trim(),
    description: request.description.trim(),
    dataTypes: [...new Set(info.channels.map((c) => c.kind))],
    channels: info.channels.map((c) => ({ name: c.name, unit: c.unit, components: [...c.components], rateHz: quality.rateHz })),
    rows: info.rows,
    durationSeconds: (info.endTime - info.startTime) / 1e6,
    month: info.source.times === 'source' && info.startTime >= FIRST_CLOCK ? new Date(info.startTime / 1000).toISOString().slice(0, 7) : null,
    days: Math.floor((info.endTime - info.startTime) / 86_400e6) + 1,
    device: device ? deviceName(device) : deviceClaim(info.source.device),
    ...(device ? { model: device.id } : {}),
    ...(info.source.kind === 'manual' ? { byHand: true as const } : {}),
    simulated: info.source.simulated,
    demographics: request.demographics,
    quality: quality.score,
    tags: [...new Set(request.tags.map((tag) => tag.trim().toLowerCase()).filter((tag) => tag !== ''))],
    ...(statistics ? { statistics } : {}),
    ...(fingerprint ? { fingerprint } : {}),
  };
  const problems: LabelProblem[] = [];
  for (const [name, text] of labelTexts(candidate)) {
    const found = findPersonalData(text);
    if (found) {
      problems.push({ code: 'personal-data', field: name, what: found.what, message: `The ${name} holds ${found.what}: «${found.part}». A label is public for ever.`, hint: `Leave that part out of the ${name} and say only what the data is.` });
    }
  }
  const parsed = Label.safeParse(candidate);
  if (parsed.success) return { label: parsed.data, problems };
  for (const issue of parsed.error.issues) {
    problems.push({ code: 'invalid-argument', field: String(issue.path[0]), message: `The label's ${issue.path.join('.')} is not valid: ${issue.message}.`, hint: 'A title has 3 to 80 characters, a description up to 400, a tag up to 24 of a-z, 0-9 and -; groups are those of --help.' });
  }
  return { label: candidate, problems };
}

/** Maker and model as they are claimed; whatever else stands there (an owner's name, a serial) drops the claim, not the label. */
export function deviceClaim(device: string | null): string | null {
  if (device === null) return null;
  const text = device.normalize('NFKC').replace(/\s+/g, ' ').trim();
  if (text === '' || text.length > 60 || findPersonalData(text) || /['’]s\b/.test(text) || /\d{5,}/.test(text)) return null;
  return text;
}
