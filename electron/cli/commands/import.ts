import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { ImportPreview } from '../../../shared/api/imports.ts';
import { CsvMapping } from '../../../shared/domain/csv-mapping.ts';
import type { RecordingInfo, SkippedRows } from '../../../shared/domain/recording.ts';
import { openNode } from '../../app/node.ts';
import { AppError } from '../../../shared/errors.ts';
import { withCommon, type CommandContext, type CommonOptions } from '../options.ts';
import { withNode } from '../with-node.ts';

type ImportOptions = CommonOptions & { preview: boolean; zone?: string; mapping?: CsvMapping; unit?: string; title?: string; device?: string; simulated: boolean; skipMalformed: boolean; rateHz?: number; subject?: string };

export function addImportCommands(program: Command, { output, signal }: CommandContext): void {
  withCommon(program.command('import <file>').description('reads recordings into the profile from a file, an archive or a folder; what is there already is left out'))
    .option('--preview', 'says what the file would give and what must be said of it, and keeps nothing', false)
    .option('--zone <name>', 'time zone of times that name none, such as Europe/Berlin')
    .option('--mapping <json or file>', 'how to read the columns of a CSV file, as --preview --json proposes it', mapping)
    .option('--unit <unit>', 'unit of the acceleration where the header names none: g or m/s2')
    .option('--title <text>', 'what to call a single recording here; never leaves the profile')
    .option('--device <name>', 'maker and model of the device, where you know it')
    .option('--simulated', 'marks the recordings as made by a simulator', false)
    .option('--rate-hz <hz>', 'rows in a second, for a file without times', rate)
    .option('--subject <number>', 'whose rows to read of a WISDM file of several people')
    .option('--skip-malformed', 'leaves malformed rows of a CSV file out and counts them', false)
    .action(async (file: string, { skipMalformed, preview, profile, network, passphraseFile, ...rest }: ImportOptions) => {
      const node = await openNode({ profile, network, passphraseFile }, { signal });
      const options = { ...rest, skipBad: skipMalformed, signal, onProgress: (done: number, total: number | null) => output.progress('Importing', done, total) };
      try {
        if (preview) { const seen = await node.previewImport(file, options); output.result({ ...seen }, previewLines(seen)); return; }
        const { made, report } = await node.importFile(file, options);
        output.result({
          // Of the first one, for scripts that import a single recording.
          ...(made[0] ? { recordingId: made[0].id, ...facts(made[0]) } : { recordingId: null }), report: made[0]?.report ?? null,
          formats: report.formats, recordings: made.map((info) => ({ recordingId: info.id, ...facts(info), skipped: info.report.skipped })), export: report,
        }, [
          ...(made.length === 0 ? [`Nothing new in ${report.name}.`] : []),
          ...made.flatMap((info) => [line(info), ...info.report.skipped.map((s) => `  ${skippedLine(s)}`), ...info.report.notes.map((n) => `  ${n}`)]),
          ...(made.length > 1 || made.length === 0 ? [`${report.name}: ${report.rowsRead} rows in ${made.length} recordings`, ...report.skipped.map((s) => `  ${skippedLine(s)}`)] : []),
          ...report.files.filter((f) => f.reason !== undefined).map((f) => `  not read: ${f.name} (${f.reason})`),
        ]);
      } finally { await node.stop(); }
    });

  withCommon(program.command('score <recording>').description('scores a recording 0–100 and says why')).action(async (recording: string, options: CommonOptions) => {
    await withNode(options, signal, async (node) => {
      const report = await node.score(recording, { signal, onProgress: (done, total) => output.progress('Scoring', done, total) });
      output.result({ score: report.score, quality: report }, [`Quality ${report.score} of 100`, ...report.reasons.map((r) => `  −${r.cost.toFixed(2)}  ${r.sentence}`)]);
    });
  });

  withCommon(program.command('forget <recording>').description('removes a recording from the profile')).action(async (recording: string, options: CommonOptions) => {
    await withNode(options, signal, async (node) => { await node.forget(recording); output.result({ forgotten: recording }, [`Removed ${recording}`]); });
  });
}

function rate(text: string): number {
  const hz = Number(text);
  if (!(hz > 0 && hz <= 10_000)) throw new AppError('invalid-argument', `«${text}» is no rate.`, { hint: 'Give --rate-hz as rows in a second, up to 10000.' });
  return hz;
}

const facts = (info: RecordingInfo) => ({ title: info.title, rows: info.rows, seconds: (info.endTime - info.startTime) / 1e6, rateHz: info.nominalRateHz, device: info.source.device, channels: info.channels });
const line = (info: RecordingInfo) => `Recording ${info.id}: ${info.title}, ${info.rows} rows, ${((info.endTime - info.startTime) / 1e6).toFixed(1)} s, ${channelsText(info.channels)}`;
const channelsText = (channels: { name: string; unit: string }[]) => channels.map((c) => `${c.name} [${c.unit}]`).join(', ');
const skippedLine = (s: SkippedRows) => (s.reason === 'already-there' ? `${s.count} rows were there already` : `left out ${s.count}: ${s.reason}${s.firstLine > 0 ? ` (first on line ${s.firstLine})` : ''}`);

function previewLines(seen: ImportPreview): string[] {
  return [
    `${seen.name}: ${seen.formats.join(', ') || 'no known format'}, ${seen.bytes} bytes`,
    ...(seen.recordings ?? []).map((r) => `  would add ${r.title}: ${r.rows} rows, ${channelsText(r.channels)}${r.alreadyThere > 0 ? `; ${r.alreadyThere} rows are there already` : ''}`),
    ...(seen.recordings?.length === 0 ? [`  would add nothing: ${seen.report?.skipped.find((s) => s.reason === 'already-there')?.count ?? 0} rows are there already`] : []),
    ...(seen.recordings === null && !seen.problem ? ['  too large to be read through before'] : []),
    ...(seen.zone.assumed ? [`  times without a zone are read as ${seen.zone.assumed}`] : []),
    ...seen.questions.map((q) => `  ${q.required ? 'needed' : 'you may say'}: --${q.field.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}  ${q.message}`),
    ...(seen.problem ? [`  ${seen.problem.message}${seen.problem.hint ? ` ${seen.problem.hint}` : ''}`] : []),
    ...(seen.csv ? [`  --mapping '${JSON.stringify(seen.csv.mapping)}'`] : []),
  ];
}

function mapping(text: string): CsvMapping {
  const bad = (why: string) => new AppError('invalid-argument', `--mapping ${why}.`, { hint: 'Begin with what `phdex import FILE --preview --json` proposes as csv.mapping.' });
  let json: unknown;
  try { json = JSON.parse(text.trimStart().startsWith('{') ? text : readFileSync(text, 'utf8')); } catch { throw bad('is neither JSON nor a file that holds it'); }
  const parsed = CsvMapping.safeParse(json);
  if (!parsed.success) throw bad(`is not complete: ${parsed.error.issues[0]?.path.join('.')} ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}
