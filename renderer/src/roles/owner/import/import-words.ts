import type { FileOutcome, ImportFormat, PreviewedRecording } from '../../../../../shared/api/imports.ts';
import type { TimeFormat } from '../../../../../shared/domain/csv-mapping.ts';
import type { ImportOrigin, SkippedRows } from '../../../../../shared/domain/recording.ts';
import { dateTime, day, duration } from '../../../i18n/format.ts';
import { hasKey, t } from '../../../i18n/index.ts';

export const formatText = (format: ImportFormat | string): string => { const key = `owner.source.${format}`; return hasKey(key) ? t(key) : format; };
export const timeFormatText = (format: TimeFormat): string => t(`import.time.${format}`);

/** `file-…` reasons are those of whole files, named by the error that stopped them. */
export const skipReason = (reason: string): string => { const key = `import.skipped.${reason}`; return hasKey(key) ? t(key) : reason; };
export const skippedText = (s: SkippedRows): string => (s.firstLine > 0 ? t('import.report.skipped.line', { count: s.count, reason: skipReason(s.reason), line: s.firstLine }) : t('import.report.skipped', { count: s.count, reason: skipReason(s.reason) }));
export const outcomeText = (f: FileOutcome): string => (f.reason === undefined ? formatText(f.format ?? '') : skipReason(f.reason));

/** Who said when, doing what and from what: in the file's own words. */
export function originText({ who, recorded, activity, from }: ImportOrigin): string {
  const at = dateTime(Date.parse(recorded));
  return [who.length > 0 ? t('owner.notes.origin.who', { who: who.join(', '), at }) : t('owner.notes.origin.nobody', { at }), activity, from.length > 0 ? t('owner.notes.origin.from', { from: from.join(', ') }) : null].filter((s) => s !== null).join(' · ');
}

/** From when to when, or how long where there is no clock. */
export function periodText(r: PreviewedRecording): string {
  if (r.from === null || r.to === null) return t('import.preview.noclock', { length: duration(r.durationSeconds) });
  const [from, to] = [day(r.from), day(r.to)];
  return from === to ? t('import.preview.day', { at: dateTime(r.from), length: duration(r.durationSeconds) }) : t('import.preview.days', { from, to });
}
