import type { SharePreview } from '../../../../shared/api/owner.ts';

export type Problem = SharePreview['problems'][number];

/** Which step of the wizard has the field of a problem; what none of them has is shown in the review. */
const STEPS: readonly (readonly string[])[] = [
  ['title', 'description', 'tags', 'demographics', 'exclude', 'statistics', 'recordingId'],
  ['price', 'keepersBps', 'validatorBps'],
  ['keepers', 'threshold', 'namedKeepers'],
];
const rootOf = (field: string): string => field.split(/[.[]/)[0]!;

export const problemsOfStep = (problems: readonly Problem[], step: number): Problem[] => problems.filter((p) => {
  const at = STEPS.findIndex((fields) => fields.includes(rootOf(p.field)));
  return (at === -1 ? STEPS.length : at) === step;
});

/** Sentence and hint of the first problem of a field, for beneath it. */
export function problemText(problems: readonly Problem[], field: string): string | undefined {
  const problem = problems.find((p) => rootOf(p.field) === field);
  return problem && (problem.hint ? `${problem.message} ${problem.hint}` : problem.message);
}

/** Those that have no field of their own to stand beneath. */
export const loose = (problems: readonly Problem[], fields: readonly string[]): Problem[] => problems.filter((p) => !fields.includes(rootOf(p.field)));
