import { Option, type Command } from 'commander';
import type { ManualEntryView } from '../../../shared/api/manual.ts';
import { MANUAL_UNITS, ManualEntry } from '../../../shared/domain/manual-entry.ts';
import { AppError } from '../../../shared/errors.ts';
import { withCommon, type CommandContext, type CommonOptions } from '../options.ts';
import { withNode, type Node } from '../with-node.ts';

type NoteOptions = CommonOptions & { at?: string; unit?: string; pulse?: number; minutes?: number; effort?: number };

/** What a person writes down: one command for each kind, and a list of all. */
export function addNoteCommands(program: Command, { output, signal }: CommandContext): void {
  const note = program.command('note').description('writes down what no device tells: medicine, symptoms, training, weight, blood pressure, glucose');
  async function work(options: CommonOptions, does: (notes: ReturnType<Node['notes']>) => Promise<void>): Promise<void> {
    await withNode(options, signal, async (node) => { const notes = node.notes(); await notes.reconcile(); await does(notes); });
  }
  const keep = (fields: object, options: NoteOptions) => {
    const entry = entryOf(fields, options.at);
    return work(options, async (notes) => { const kept = await notes.add(entry); output.result({ entry: kept }, [`Wrote down ${words(kept)}`, `  ${kept.id}, recording ${kept.recordingId}`]); });
  };
  const kind = (name: string, text: string) => withCommon(note.command(name).description(text)).option('--at <time>', 'when, such as 2026-11-21T08:00+01:00; in the time zone of this machine where it names none; now where left out');

  kind('medicine <name> <amount>', 'a dose that was taken').addOption(unit('medicine'))
    .action((name: string, amount: string, o: NoteOptions) => keep({ kind: 'medicine', name, amount: number(amount), unit: o.unit }, o));
  kind('symptom <name> <severity>', 'a symptom, from 0 (none) to 10 (the worst)').option('--minutes <n>', 'how long it lasted', number)
    .action((name: string, severity: string, o: NoteOptions) => keep({ kind: 'symptom', name, severity: number(severity), minutes: o.minutes }, o));
  kind('training <name> <minutes>', 'a training').option('--effort <n>', 'from 0 to 10 (Borg CR10)', number)
    .action((name: string, minutes: string, o: NoteOptions) => keep({ kind: 'training', name, minutes: number(minutes), effort: o.effort }, o));
  kind('weight <value>', 'the weight of the body').addOption(unit('weight'))
    .action((value: string, o: NoteOptions) => keep({ kind: 'weight', value: number(value), unit: o.unit }, o));
  kind('blood-pressure <systolic> <diastolic>', 'a blood pressure in mmHg').option('--pulse <n>', 'beats a minute', number)
    .action((systolic: string, diastolic: string, o: NoteOptions) => keep({ kind: 'blood-pressure', systolic: number(systolic), diastolic: number(diastolic), pulse: o.pulse }, o));
  kind('glucose <value>', 'a blood glucose').addOption(unit('glucose'))
    .action((value: string, o: NoteOptions) => keep({ kind: 'glucose', value: number(value), unit: o.unit }, o));

  withCommon(note.command('list').description('shows what was written down, the newest first'))
    .action((options: CommonOptions) => work(options, async (notes) => { const entries = notes.list(); output.result({ entries }, entries.length === 0 ? ['Nothing was written down yet.'] : entries.map((e) => `${e.id}  ${words(e)}`)); }));
  withCommon(note.command('delete <entry>').description('takes an entry back'))
    .action((id: string, options: CommonOptions) => work(options, async (notes) => { await notes.remove(id); output.result({ deleted: id }, [`Deleted ${id}`]); }));
}

const unit = (kind: keyof typeof MANUAL_UNITS) => new Option('--unit <unit>', 'UCUM unit').choices(MANUAL_UNITS[kind]).default(MANUAL_UNITS[kind][0]);

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new AppError('invalid-argument', `«${text}» is no number.`, { hint: 'Write it as 71.3.' });
  return value;
}

function entryOf(fields: object, at: string | undefined): ManualEntry {
  const time = at === undefined ? new Date() : new Date(at);
  if (Number.isNaN(time.getTime())) throw new AppError('invalid-argument', `«${at}» is no time.`, { hint: 'Write it as 2026-11-21T08:00+01:00.' });
  const offset = /([+-])(\d{2}):?(\d{2})$/.exec(at ?? '');
  const offsetMinutes = offset && /T/i.test(at!) ? (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) : /Z$/i.test(at ?? '') ? 0 : -time.getTimezoneOffset();
  const parsed = ManualEntry.safeParse({ ...fields, time: time.getTime(), offsetMinutes });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new AppError('invalid-argument', `${issue.path.join('.') || 'The entry'}: ${issue.message}.`, { hint: 'Correct the value; see --help.' });
}

function words(e: ManualEntryView): string {
  const when = new Date(e.time).toISOString().slice(0, 16).replace('T', ' ');
  switch (e.kind) {
    case 'medicine': return `${when} UTC  ${e.name} ${e.amount} ${e.unit}`;
    case 'symptom': return `${when} UTC  ${e.name}, ${e.severity} of 10${e.minutes === undefined ? '' : `, ${e.minutes} min`}`;
    case 'training': return `${when} UTC  ${e.name}, ${e.minutes} min${e.effort === undefined ? '' : `, effort ${e.effort}`}`;
    case 'blood-pressure': return `${when} UTC  blood pressure ${e.systolic}/${e.diastolic} mmHg${e.pulse === undefined ? '' : `, pulse ${e.pulse}`}`;
    case 'weight': case 'glucose': return `${when} UTC  ${e.kind} ${e.value} ${e.unit}`;
  }
}
