import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { MatchFields } from '../../../shared/api/studies.ts';
import { InstitutionProfile } from '../../../shared/domain/matching.ts';
import { AppError } from '../../../shared/errors.ts';
import { withCommon, type CommandContext, type CommonOptions } from '../options.ts';
import { withNode } from '../with-node.ts';

const more = (value: string, before: string[]) => [...before, value];
type MatchOptions = CommonOptions & { need: string[]; region?: string; language: string[]; recording: string[]; service?: string; account?: string };

/** Matching a patient to institutions, and what an institution says of itself. */
export function addMatchingCommands(program: Command, { output, signal }: CommandContext): void {
  withCommon(program.command('match').description('ranks institutions by what you need: on this machine, or by a service that gets a right to just these fields'))
    .option('--need <word>', 'what you need, such as cardiology; may be given again', more, [])
    .option('--region <word>', 'where you are')
    .option('--language <code>', 'a language that you speak; may be given again', more, [])
    .option('--recording <id>', 'a recording whose kind may be told; may be given again', more, [])
    .option('--service <url>', 'a matching service; without one nothing leaves this machine')
    .option('--account <address>', 'the account of that service')
    .action(async (options: MatchOptions) => {
      const parsed = MatchFields.safeParse({ needs: options.need, region: options.region ?? null, languages: options.language, recordings: options.recording });
      if (!parsed.success) throw new AppError('invalid-argument', `What you look for cannot be asked: ${parsed.error.issues[0]!.path.join('.')}.`, { hint: 'Name at least one need with --need, in at most 40 characters.' });
      if ((options.service === undefined) !== (options.account === undefined)) throw new AppError('invalid-argument', 'A service is named by --service and --account together.', { hint: 'Leave both out to rank on this machine.' });
      await withNode(options, signal, async (node) => {
        const matching = await node.matching();
        const service = options.service === undefined ? undefined : matching.service(options.service, options.account!);
        if (service) output.say(`Sent to ${options.service}: ${JSON.stringify(matching.question(parsed.data))}`);
        const rows = await matching.match(parsed.data, service, signal);
        output.result({ rows }, rows.length === 0 ? ['No institution fits.'] : rows.flatMap((r) => [`${String(r.score).padStart(4)}  ${r.institution.name ?? r.institution.address}`, ...r.reasons.map((reason) => `      ${String(reason.points).padStart(3)}  ${reason.words}`), ...(r.unknown.length > 0 ? [`           not known: ${r.unknown.join(', ')}`] : [])]));
      });
    });

  withCommon(program.command('institution <profile>').description('an accredited institution says what it offers: signs a profile (JSON) and names it in the registry'))
    .action(async (path: string, options: CommonOptions) => {
      let json: unknown;
      try { json = JSON.parse(readFileSync(resolve(path), 'utf8')); } catch (cause) { throw new AppError('file-not-found', `${path} is no JSON file.`, { hint: 'See docs/protocol.md for the form of a profile.', cause }); }
      const parsed = InstitutionProfile.omit({ v: true, issuedAt: true }).strict().safeParse(json);
      if (!parsed.success) { const issue = parsed.error.issues[0]!; throw new AppError('invalid-argument', `${path}: ${issue.path.join('.') || 'top level'}: ${issue.message}.`, { hint: 'See docs/protocol.md for the form of a profile.' }); }
      await withNode(options, signal, async (node) => {
        const { cid } = await (await node.matching()).publishProfile(parsed.data);
        output.result({ cid }, [`${parsed.data.name} is found by its profile ${cid}, while this profile or somebody who keeps it is online`]);
      });
    });
}
