import type { Command } from 'commander';
import { ContestIn, EmergencyIn, type EmergencyView } from '../../../shared/api/records.ts';
import { AppError } from '../../../shared/errors.ts';
import type { RecordsService } from '../../app/consent/records-service.ts';
import { wholeNumber, withCommon, type CommandContext, type CommonOptions } from '../options.ts';
import { withRecords } from '../with-node.ts';

const id = wholeNumber('The number', 1);
const line = (e: EmergencyView) => `${String(e.accessId).padStart(5)}  dataset ${e.datasetId}  ${e.status.padEnd(8)}  ${new Date(e.at).toISOString()}  ${e.institution.address}${e.contestedAt === null ? '' : '  contested'}  ${e.reason ?? '(the reason is not for this profile)'}`;

/** @throws AppError `invalid-argument` */
function checked<T>(parsed: { success: true; data: T } | { success: false; error: { issues: { message: string }[] } }): T {
  if (!parsed.success) throw new AppError('invalid-argument', `${parsed.error.issues[0]!.message}.`.replace(/^./, (c) => c.toUpperCase()), { hint: 'See --help.' });
  return parsed.data;
}

/** Emergency access: marked by owners, opened by institutions, contested by owners. */
export function addEmergencyCommands(program: Command, { output, signal }: CommandContext): void {
  const emergency = program.command('emergency').description('data that institutions may open in an emergency, and what was opened');
  const run = (options: CommonOptions, work: (service: RecordsService) => Promise<void>) => withRecords(options, signal, work);

  withCommon(emergency.command('mark <dataset>').description('lets accredited institutions open a dataset of yours in an emergency, without asking'))
    .option('--off', 'takes that back', false)
    .action((dataset: string, options: CommonOptions & { off: boolean }) => run(options, async ({ emergencies }) => {
      await emergencies.setReadable(id(dataset), !options.off);
      output.result({ datasetId: id(dataset), readable: !options.off }, [options.off ? `Dataset ${dataset} is no longer readable in an emergency` : `Dataset ${dataset} is readable in an emergency`]);
    }));

  withCommon(emergency.command('open <dataset>').description('opens a dataset in an emergency: at once, logged for good, and told to its owner'))
    .requiredOption('--reason <words>', 'why; sealed to the owner and the registrar')
    .action((dataset: string, options: CommonOptions & { reason: string }) => run(options, async ({ emergencies, done }) => {
      const result = await done(emergencies.open(checked(EmergencyIn.safeParse({ datasetId: id(dataset), reason: options.reason }))), signal);
      output.result(result, [`Opened as access ${String(result.accessId)}: ${String(result.rows)} rows, kept encrypted in this profile`, `Save them with \`phdex open ${String(result.accessId)}\``]);
    }));

  withCommon(emergency.command('list').description('shows what may be opened, what this profile opened, and what was opened of its own'))
    .action((options: CommonOptions) => run(options, async ({ emergencies }) => {
      const [readable, opened, ofMine] = [emergencies.readable(), await emergencies.opened(), await emergencies.ofMine()];
      output.result({ readable, opened, ofMine }, [
        `May be opened: ${readable.length === 0 ? 'none' : readable.map((r) => `${r.datasetId}${r.title === null ? '' : ` (${r.title})`}`).join(', ')}`,
        ...(opened.length > 0 ? ['Opened by this profile:', ...opened.map(line)] : []), ...(ofMine.length > 0 ? ['Opened of this profile’s data:', ...ofMine.map(line)] : []),
      ]);
    }));

  withCommon(emergency.command('contest <access>').description('objects to an emergency access to your data; the registrar may suspend the institution'))
    .requiredOption('--reason <words>', 'why; it stays in this profile, and its salted hash goes on the chain')
    .action((access: string, options: CommonOptions & { reason: string }) => run(options, async ({ emergencies }) => {
      const input = checked(ContestIn.safeParse({ accessId: id(access), reason: options.reason }));
      await emergencies.contest(input);
      output.result({ accessId: input.accessId, ...emergencies.objection(input.accessId) }, [`Access ${access} is contested`]);
    }));
}
