import { VERIFY_STEPS, type ReceiptVerdict, type VerifyStep } from '../../../../../shared/domain/anchor-receipt.ts';

export type StepState = 'ok' | 'fails' | 'open' | 'skipped';
export type StepLine = { step: VerifyStep; state: StepState; /** The service's sentence. */ detail: string | null };

/** Every step in its order, also those that were not reached after one that failed. */
export function stepLines(verdict: ReceiptVerdict): StepLine[] {
  return VERIFY_STEPS.map((step): StepLine => {
    const finding = verdict.findings.find((f) => f.step === step);
    if (!finding) return { step, state: 'skipped', detail: null };
    return { step, state: finding.ok ? 'ok' : verdict.blockOpen ? 'open' : 'fails', detail: finding.detail };
  });
}
/** The step that refused it, from 1; null where none did. */
export function refusedAt(lines: readonly StepLine[]): { n: number; step: VerifyStep } | null {
  const index = lines.findIndex((l) => l.state === 'fails');
  return index < 0 ? null : { n: index + 1, step: lines[index]!.step };
}
