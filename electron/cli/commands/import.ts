import { Option, type Command } from 'commander';
import { openNode } from '../../app/node.ts';
import { AppError } from '../../../shared/errors.ts';
import { withCommon, type CommandContext, type CommonOptions } from '../options.ts';

type ImportOptions = CommonOptions & { format: 'auto' | 'csv' | 'wisdm'; unit?: string; title?: string; device?: string; simulated: boolean; skipBad: boolean; rateHz?: number; subject?: string };

export function addImportCommands(program: Command, { output, signal }: CommandContext): void {
  withCommon(program.command('import <file>').description('reads a recording from a file into the profile'))
    .addOption(new Option('--format <format>', 'format of the file').choices(['auto', 'csv', 'wisdm']).default('auto'))
    .option('--unit <unit>', 'unit of the acceleration where the header names none: g or m/s2')
    .option('--title <text>', 'what to call the recording here; never leaves the profile')
    .option('--device <name>', 'maker and model of the device, where you know it')
    .option('--simulated', 'marks the recording as made by a simulator', false)
    .option('--rate-hz <hz>', 'rows in a second, for a file without times', rate)
    .option('--subject <number>', 'whose rows to read of a WISDM file of several people')
    .option('--skip-bad', 'reports malformed rows and goes on', false)
    .action(async (file: string, options: ImportOptions) => {
      const node = await openNode(options, { signal });
      try {
        const { info, format } = await node.importFile(file, { ...options, signal, onProgress: (done, total) => output.progress('Importing', done, total) });
        const seconds = (info.endTime - info.startTime) / 1e6;
        output.result(
          { recordingId: info.id, format, rows: info.rows, seconds, rateHz: info.nominalRateHz, channels: info.channels, report: info.report },
          [`Recording ${info.id}: ${info.rows} rows, ${seconds.toFixed(1)} s, ${info.channels.map((c) => `${c.name} [${c.unit}]`).join(', ')}`, ...info.report.skipped.map((s) => `  skipped ${s.count} rows: ${s.reason} (first on line ${s.firstLine})`), ...info.report.notes.map((n) => `  ${n}`)],
        );
      } finally { await node.stop(); }
    });

  withCommon(program.command('score <recording>').description('scores a recording 0–100 and says why')).action(async (recording: string, options: CommonOptions) => {
    const node = await openNode(options, { signal });
    try {
      const report = await node.score(recording, { signal, onProgress: (done, total) => output.progress('Scoring', done, total) });
      output.result({ score: report.score, quality: report }, [`Quality ${report.score} of 100`, ...report.reasons.map((r) => `  −${r.cost.toFixed(2)}  ${r.sentence}`)]);
    } finally { await node.stop(); }
  });

  withCommon(program.command('forget <recording>').description('removes a recording from the profile')).action(async (recording: string, options: CommonOptions) => {
    const node = await openNode(options, { signal });
    try { await node.forget(recording); output.result({ forgotten: recording }, [`Removed ${recording}`]); } finally { await node.stop(); }
  });
}

function rate(text: string): number {
  const hz = Number(text);
  if (!(hz > 0 && hz <= 10_000)) throw new AppError('invalid-argument', `«${text}» is no rate.`, { hint: 'Give --rate-hz as rows in a second, up to 10000.' });
  return hz;
}
