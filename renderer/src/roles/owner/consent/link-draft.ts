import { HealthLinkIn } from '../../../../../shared/api/consent.ts';

/** What the person has filled in of a new health link; nothing is chosen for them. */
export type LinkDraft = { label: string; passcode: string; seconds: number; recordings: string[]; entries: boolean; records: number[] };
const DAY = 86_400;
export const NEW_LINK: LinkDraft = { label: '', passcode: '', seconds: 7 * DAY, recordings: [], entries: false, records: [] };

/** As the API takes it; null while something is missing or it would be empty. @param now Unix milliseconds */
export function linkInput(d: LinkDraft, now: number): HealthLinkIn | null {
  if (d.recordings.length + d.records.length === 0 && !d.entries) return null;
  const parsed = HealthLinkIn.safeParse({ label: d.label.trim(), ...(d.passcode ? { passcode: d.passcode } : {}), expiresAt: now + d.seconds * 1000, recordings: d.recordings, entries: d.entries, records: d.records });
  return parsed.success ? parsed.data : null;
}
