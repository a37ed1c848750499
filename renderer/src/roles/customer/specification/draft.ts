import { LABEL_NAMES, MOVEMENT_NAMES, PART_NAMES, type QualityPartName } from '../../../../../shared/domain/quality-report.ts';
import type { ChannelKind } from '../../../../../shared/domain/recording.ts';
import { Specification, type Shown } from '../../../../../shared/domain/specification.ts';

/** A number as it stands in a field; null where the field is empty. */
export type Amount = number | null;
export type ChannelDraft = { kind: ChannelKind; minRateHz: Amount; minHours: Amount; maxStep: Amount };
/** `amount`: hours where wanted, per cent where unwanted. */
export type ShowDraft = { rule: 'any' | 'wanted' | 'unwanted'; amount: Amount };
export type SpecificationDraft = {
  channels: ChannelDraft[]; minHours: Amount; maxHours: Amount; shows: Record<Shown, ShowDraft>;
  minScore: Amount; minParts: Record<QualityPartName, Amount>; without: string[];
};
export type DraftProblem = { code: 'empty' | 'lengths' | 'number' } | { code: 'amount'; what: Shown };

export const SHOWN_NAMES: readonly Shown[] = [...LABEL_NAMES, ...MOVEMENT_NAMES];

/** A form for a specification, or for a new one. Of a kind or label that is named twice the stricter first one counts. */
export function draftOf(spec: Specification | null): SpecificationDraft {
  const shows = Object.fromEntries(SHOWN_NAMES.map((show): [Shown, ShowDraft] => {
    const wanted = spec?.wanted?.find((w) => w.show === show);
    const unwanted = spec?.unwanted?.find((u) => u.show === show);
    return [show, wanted ? { rule: 'wanted', amount: wanted.minHours } : unwanted ? { rule: 'unwanted', amount: round(unwanted.maxShare * 100) } : { rule: 'any', amount: null }];
  })) as Record<Shown, ShowDraft>;
  return {
    channels: (spec?.channels ?? []).map(({ kind, minRateHz = null, minHours = null, maxStep = null }) => ({ kind, minRateHz, minHours, maxStep })),
    minHours: spec?.minHours ?? null, maxHours: spec?.maxHours ?? null, shows, minScore: spec?.minScore ?? null,
    minParts: Object.fromEntries(PART_NAMES.map((name) => [name, spec?.minParts?.[name] ?? null])) as Record<QualityPartName, Amount>,
    without: [...(spec?.without ?? [])],
  };
}

/** What the form asks for, without what it leaves open; null with the first thing that is wrong with it. */
export function specificationOf(draft: SpecificationDraft): { specification: Specification; problem: null } | { specification: null; problem: DraftProblem } {
  const no = (problem: DraftProblem) => ({ specification: null, problem });
  const lacking = SHOWN_NAMES.find((show) => draft.shows[show].rule !== 'any' && draft.shows[show].amount === null);
  if (lacking) return no({ code: 'amount', what: lacking });
  if (draft.minHours !== null && draft.maxHours !== null && draft.maxHours < draft.minHours) return no({ code: 'lengths' });
  const of = (rule: ShowDraft['rule']) => SHOWN_NAMES.filter((show) => draft.shows[show].rule === rule);
  const given = {
    channels: draft.channels.map(({ kind, ...rest }) => ({ kind, ...present(rest) })),
    ...present({ minHours: draft.minHours, maxHours: draft.maxHours, minScore: draft.minScore }),
    wanted: of('wanted').map((show) => ({ show, minHours: draft.shows[show].amount! })),
    unwanted: of('unwanted').map((show) => ({ show, maxShare: round(draft.shows[show].amount! / 100) })),
    minParts: present(draft.minParts),
    without: draft.without,
  };
  const asked = Object.fromEntries(Object.entries(given).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : typeof value === 'object' ? Object.keys(value).length > 0 : true)));
  if (Object.keys(asked).length === 0) return no({ code: 'empty' });
  const parsed = Specification.safeParse({ version: 1, ...asked });
  return parsed.success ? { specification: parsed.data, problem: null } : no({ code: 'number' });
}

const present = <K extends string>(amounts: Record<K, Amount>): Partial<Record<K, number>> => Object.fromEntries(Object.entries(amounts).filter(([, value]) => value !== null)) as Partial<Record<K, number>>;
/** 0.07 × 100 is not 7. */
const round = (value: number): number => Math.round(value * 1e6) / 1e6;
