import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { IssueIn } from '../../../shared/api/records.ts';
import { CATEGORIES, type Category } from '../../../shared/domain/consent.ts';
import { AppError } from '../../../shared/errors.ts';
import type { RecordsService } from '../../app/consent/records-service.ts';
import { wholeNumber, withCommon, type CommandContext, type CommonOptions } from '../options.ts';
import { withRecords } from '../with-node.ts';

const id = wholeNumber('The number', 1);
type IssueOptions = CommonOptions & { to: string; category: Category; title: string; type?: string; file?: string; text?: string; corrects?: number; wait: boolean };

/** Media types of files that institutions send, by their ending. */
const TYPES: Record<string, string> = { txt: 'text/plain', pdf: 'application/pdf', json: 'application/json', xml: 'application/xml', png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', dcm: 'application/dicom' };

/** Records: for institutions that issue them, and for patients who keep them. */
export function addRecordCommands(program: Command, { output, signal }: CommandContext): void {
  const record = program.command('record').description('medical records: issued by institutions, kept by patients');
  const run = (options: CommonOptions, work: (service: RecordsService) => Promise<void>) => withRecords(options, signal, work);

  withCommon(record.command('issue').description('issues a record to a patient: sealed, signed, and named on the chain for good'))
    .requiredOption('--to <invitation>', 'the patient’s invitation, or a file that holds it; or the address of one whose right you hold')
    .addOption(new Option('--category <category>', 'whose table of permissions applies').choices(CATEGORIES).default('history'))
    .requiredOption('--title <words>', 'what it is, for the patient')
    .option('--file <path>', 'the content')
    .option('--text <words>', 'the content, as plain text')
    .option('--type <media type>', 'such as application/pdf; by the file’s ending where left out')
    .option('--corrects <number>', 'the record of yours that it corrects', id)
    .option('--wait', 'stays and serves it until the patient has it', false)
    .action((options: IssueOptions) => run(options, async (service) => {
      const { recordId } = (await service.done(service.records.issue(issueIn(options)), signal)) as { recordId: number };
      if (options.wait) { output.event({ event: 'issued', recordId }); output.say(`Issued as record ${recordId}; waiting until the patient has it`); await service.untilStored(recordId, signal); }
      output.result({ recordId, stored: options.wait }, [options.wait ? `Record ${recordId} is with the patient` : `Issued as record ${recordId}. Keep the app or \`phdex record issue --wait\` running until the patient has fetched it`]);
    }));

  withCommon(record.command('accept <number>').description('fetches a record that was issued to you, verifies all of it, and keeps it under a key of your own'))
    .action((number: string, options: CommonOptions) => run(options, async (service) => {
      const recordId = id(number);
      const result = await service.done(service.records.accept(recordId), signal);
      const view = (await service.records.records()).find((r) => r.recordId === recordId);
      output.result({ ...result, title: view?.title ?? null }, [`Record ${recordId} is kept: ${view?.title ?? ''}`]);
    }));

  withCommon(record.command('list').description('shows records that were issued to you, or that you issued'))
    .option('--issued', 'those that this profile issued', false)
    .action((options: CommonOptions & { issued: boolean }) => run(options, async (service) => {
      if (options.issued) {
        const issued = service.records.issued();
        return output.result({ issued }, issued.length === 0 ? ['This profile has issued no record.'] : issued.map((r) => `${String(r.recordId).padStart(5)}  ${r.category.padEnd(9)}  ${r.stored ? 'kept    ' : 'waiting '}  ${r.title ?? '(title unknown here)'}`));
      }
      const records = await service.records.records();
      output.result({ records }, records.length === 0 ? ['No record was issued to you.'] : records.map((r) => `${String(r.recordId).padStart(5)}  ${r.category.padEnd(9)}  ${r.state.padEnd(7)}  ${r.title ?? r.problem ?? `from ${r.issuer.address}`}${r.correctedBy === null ? '' : ` (corrected by ${r.correctedBy})`}`));
    }));

  withCommon(record.command('show <number>').description('shows a record that you keep, or saves it'))
    .option('--out <file>', 'where to save it, unencrypted')
    .action((number: string, options: CommonOptions & { out?: string }) => run(options, async (service) => {
      const recordId = id(number);
      if (options.out === undefined) { const content = await service.records.content(recordId); return output.result(content, [`${content.title} (${content.mediaType}, ${content.bytes} bytes)`, content.text ?? 'Save it with --out to read it.']); }
      const { content, title } = await service.records.stored(recordId);
      const path = resolve(options.out);
      try { writeFileSync(path, content, { flag: 'wx', mode: 0o600 }); } catch (cause) { throw new AppError('invalid-argument', `${path} cannot be written.`, { hint: 'Name a file that is not there yet, in a folder that is.', cause }); } finally { content.fill(0); }
      output.result({ recordId, title, path }, [`Saved ${title} as ${path}`]);
    }));
}

/** @throws AppError `invalid-argument` */
function issueIn(options: IssueOptions): IssueIn {
  if ((options.file === undefined) === (options.text === undefined)) throw new AppError('invalid-argument', 'A record has one content.', { hint: 'Use --file or --text.' });
  const to = existsSync(options.to) ? readFileSync(options.to, 'utf8').trim() : options.to;
  const content = options.file === undefined ? { text: options.text! } : { path: resolve(options.file) };
  const mediaType = options.type ?? (options.file === undefined ? 'text/plain' : TYPES[basename(options.file).split('.').at(-1)!.toLowerCase()] ?? 'application/octet-stream');
  const parsed = IssueIn.safeParse({ to: to.startsWith('0x') ? { address: to } : { invitation: to }, category: options.category, title: options.title, mediaType, content, corrects: options.corrects });
  if (!parsed.success) { const issue = parsed.error.issues[0]!; throw new AppError('invalid-argument', `${issue.path.join('.') || 'The record'}: ${issue.message}.`, { hint: 'See --help.' }); }
  return parsed.data;
}
