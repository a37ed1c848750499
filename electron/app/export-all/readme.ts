import { CANNOT_BE_ERASED } from '../../../shared/domain/erasure.ts';
import type { IndexedPart } from './folder.ts';

export type ReadmeFacts = { at: number; network: string; recipients: { who: string; what: string; until: string }[]; parts: IndexedPart[]; keptOut: readonly string[] };

/** What is never in an export, because whoever has it has everything. A backup holds it, encrypted. */
export const KEPT_OUT = ['Your recovery words and your wallet’s keys', 'Keys of datasets and of rights, and passcodes of health links', 'Shares of other people’s keys that you keep', 'What others gave you to read (open it under «What I may read»)'] as const;

/** The answers that GDPR article 15(1) asks for, (a) to (h), in plain words, and how to read the files. */
export function readmeOf({ at, network, recipients, parts, keptOut }: ReadmeFacts): string {
  const list = (lines: readonly string[]) => lines.map((l) => `  - ${l}`).join('\n');
  return `${[
    'EVERYTHING THAT PHDEX HOLDS ABOUT YOU',
    `Made on ${new Date(at).toISOString()}, network «${network}».`,
    'This folder is not encrypted. Keep it where only you can read it, and delete it when you do not need it.',
    `WHAT IS HERE\n${list(parts.map((p) => `${p.title}: ${p.about} ${p.entries} ${p.entries === 1 ? 'entry' : 'entries'}${p.files[0] ? `, see ${p.files[0].path}${p.files.length > 1 ? ` and ${p.files.length - 1} more` : ''}` : ''}.`))}`,
    'index.json names every file with its size and its SHA-256. JSON and FHIR R4 (4.0.1) are text; .ndjson holds one JSON object a line; .parquet is read by DuckDB, pandas, R and many others. Receipts can be checked by phdex verify-receipt FILE.',
    'WHY IT IS PROCESSED (a)\n  To keep your recordings and entries for you, to score how good they are, and to share or sell them where you said so. Each right names its own purpose: see rights/rights.json.',
    'WHICH KINDS OF DATA (b)\n  Health data: recordings, entries, quality reports, records that institutions issued to you. Data about sharing: rights, accesses, anchors, notices. Settings.',
    `WHO GOT IT, OR CAN GET IT (c)\n${recipients.length === 0 ? '  Nobody.' : list(recipients.map((r) => `${r.who}: ${r.what}; ${r.until}`))}`,
    'HOW LONG IT IS KEPT (d)\n  On this machine: until you delete it. With recipients of a right: until the right ends. Sealed copies at keepers: until you erase the dataset.',
    'YOUR RIGHTS (e)\n  Correct it (edit an entry), erase it («Stop and erase»), restrict it (take a right back), move it (this folder), object (refuse or take back). All of it in PHDex itself, free, without asking anybody.',
    'WHERE TO COMPLAIN (f)\n  At the supervisory authority for data protection of the place where you live or work.',
    `WHERE IT CAME FROM (g)\n${list([...new Set(parts.map((p) => `${p.title}: ${p.source}`))])}`,
    'DECISIONS BY MACHINE (h)\n  A quality score from 0 to 100 is computed for each recording; its rules are in docs/quality.md and its reasons in each report.json. Whether a dataset is certified is decided by a validator, whose reasons you can see and contest.',
    `WHAT IS NOT HERE\n${list(keptOut)}`,
    `WHAT CANNOT BE ERASED\n  ${CANNOT_BE_ERASED}`,
  ].join('\n\n')}\n`;
}
