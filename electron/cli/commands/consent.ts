import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { z } from 'zod';
import { ApproveIn, HeldExportIn, RequestIn, type HeldRightView, type RequestView } from '../../../shared/api/consent.ts';
import { CATEGORIES, Operations, Scope, type Category } from '../../../shared/domain/consent.ts';
import { PURPOSES, type Purpose, type PurposeTerm } from '../../../shared/domain/purpose.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ConsentService } from '../../app/consent/consent-service.ts';
import { untilStopped } from '../../app/until-stopped.ts';
import { list, wholeNumber, withCommon, type CommandContext, type CommonOptions } from '../options.ts';
import { withNode } from '../with-node.ts';

const id = wholeNumber('The number', 1);
const numbers = (text: string): number[] => list(text).map(id);
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `30d`, `12h`, `90m`, `45s` as seconds. @throws AppError `invalid-argument` */
function seconds(text: string): number {
  const m = /^(\d{1,9})([smhd])$/.exec(text);
  if (!m || Number(m[1]) === 0) throw new AppError('invalid-argument', `«${text}» is no length of time.`, { hint: 'Write 30d, 12h, 90m or 45s.' });
  return Number(m[1]) * UNITS[m[2]!]!;
}
/** `2026-10-01..2026-10-31`. @throws AppError `invalid-argument` */
function days(text: string): { from: string; to: string } {
  const [from = '', to = from] = text.split('..');
  const parsed = Scope.shape.days.safeParse({ from, to });
  if (!parsed.success) throw new AppError('invalid-argument', `«${text}» names no days.`, { hint: 'Write 2026-10-01..2026-10-31, or one day.' });
  return parsed.data!;
}
function checked<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new AppError('invalid-argument', `${issue.path.join('.') || what}: ${issue.message}.`, { hint: 'See --help.' });
}

const scopeText = (scope: Scope | null): string => (scope === null ? 'unknown' : `${scope.channels.length > 0 ? scope.channels.join(', ') : 'all channels'}; ${scope.days ? `${scope.days.from} to ${scope.days.to}` : 'all days'}${scope.live ? '; and what is yet to be made' : ''}`);
const requestLines = (r: RequestView): string[] => [
  `${r.rightId}  ${r.from.name ?? r.from.address}${r.from.accredited ? ` (${r.from.roles.join(', ')})` : ' (not accredited)'} asks to ${r.operations.replace('-', ' and ')} your ${r.category} data for ${Math.round(r.duration / 864) / 100} days`,
  ...(r.problem ? [`   ${r.problem}`] : [`   ${scopeText(r.scope)}; ${r.purpose?.term ?? ''}${r.words ? `: «${r.words}»` : ''}`]),
  ...r.candidates.map((c) => `   fits: ${c.recordingId ? `recording ${c.recordingId}` : c.recordId ? `record ${c.recordId}` : `dataset ${c.datasetId}`} «${c.title}» ${c.channels.join(', ')} ${c.days.length} days`),
];
const heldLine = (h: HeldRightView): string => `${String(h.rightId).padStart(5)}  ${h.status.padEnd(11)}  ${h.operations.padEnd(11)}  ${h.expiresAt > 0 ? `until ${day(h.expiresAt)}` : '          '.padEnd(16)}  ${h.segments.filter((s) => s.opened).length}/${h.segments.length} opened  ${h.label ?? h.owner}${h.problem ? `: ${h.problem}` : ''}`;

type Narrow = { recordings: string[]; datasets: number[]; records: number[]; channels?: string[]; days?: { from: string; to: string }; for?: number; live: boolean; append: boolean };
type Ask = CommonOptions & { name: string; words: string; label?: string; category: Category; operations: Operations; channels: string[]; days?: { from: string; to: string }; live: boolean; purpose: PurposeTerm; duo: string[]; why: string; for: number };

/** Sharing by consent: what an owner gives and takes back, and what a grantee asks for and reads. */
export function addConsentCommands(program: Command, { output, signal }: CommandContext): void {
  async function run(options: CommonOptions, work: (service: ConsentService) => Promise<void>): Promise<void> {
    await withNode(options, signal, async (node) => { const service = await node.consentService(); try { await work(service); } finally { await service.close(); } });
  }

  const consent = program.command('consent').description('who may read your data: invite, answer, look, take back');
  withCommon(consent.command('invite <label>').description('makes a fresh account for one grantee, and the text to hand to them'))
    .action((label: string, options: CommonOptions) => run(options, async ({ owner }) => {
      const it = await owner.invite({ label });
      output.result(it, [it.text, `For ${label}. They ask with: phdex ask <this text>. Give it to nobody else.`]);
    }));
  withCommon(consent.command('requests').description('shows who asks for what, and what of yours fits'))
    .action((options: CommonOptions) => run(options, async ({ owner }) => {
      const requests = await owner.requests();
      output.result({ requests }, requests.length === 0 ? ['Nobody is asking.'] : requests.flatMap(requestLines));
    }));
  withCommon(consent.command('approve <number>').description('answers a request with all of it, or with less: what you name'))
    .option('--recordings <ids>', 'which recordings, with commas', list, []).option('--datasets <numbers>', 'which listed datasets', numbers, []).option('--records <numbers>', 'which stored records', numbers, [])
    .option('--channels <names>', 'fewer channels than were asked for', list).option('--days <from..to>', 'fewer days', days).option('--for <time>', 'a shorter time: 30d, 12h', seconds)
    .option('--live', 'also what is yet to be made, if they asked for it', false).option('--append', 'also lets them add, if they asked for it', false).option('--wait', 'stays and serves until it is stopped', false)
    .action((number: string, options: CommonOptions & Narrow & { wait: boolean }) => run(options, async ({ owner, done }) => {
      const request = (await owner.requests()).find((r) => r.rightId === id(number));
      if (!request?.scope) throw new AppError('access-unknown', request?.problem ?? `There is no request ${number} to you.`, { hint: 'See `phdex consent requests`.' });
      const read = options.recordings.length + options.datasets.length + options.records.length > 0 || options.live;
      const operations = checked(Operations, read ? (options.append ? 'read-append' : 'read') : 'append', 'What is allowed');
      const input = checked(ApproveIn, {
        rightId: request.rightId, operations, seconds: options.for ?? request.duration, recordings: options.recordings, datasets: options.datasets, records: options.records,
        scope: { channels: options.channels ?? request.scope.channels, days: options.days ?? request.scope.days, live: options.live },
      }, 'The answer');
      const result = await done(owner.approve(input), signal);
      output.result(result, [`Right ${String(result.rightId)} is given; ${result.delivered ? 'its keys are with them' : 'they get its keys when they are online'}. Keep the app or \`phdex consent serve\` running so that they can fetch the data.`]);
      if (options.wait) await untilStopped(signal);
    }));
  withCommon(consent.command('reject <number>').description('refuses a request; nothing of it stays on the chain but that it was'))
    .action((number: string, options: CommonOptions) => run(options, async ({ owner }) => { await owner.reject(id(number)); output.result({ rightId: id(number) }, [`Request ${number} is refused.`]); }));
  withCommon(consent.command('grants').description('shows who can read what now, and what has ended'))
    .action((options: CommonOptions) => run(options, async ({ owner }) => {
      const grants = await owner.grants();
      output.result({ grants }, grants.length === 0 ? ['You have given no right.'] : grants.map((g) => `${String(g.rightId).padStart(5)}  ${g.status.padEnd(11)}  ${g.operations.padEnd(11)}  until ${day(g.expiresAt)}  ${g.to.name ?? g.to.address}: ${scopeText(g.scope)}; read ${g.uses} times${g.takingBack ? '; being taken back' : ''}`));
    }));
  withCommon(consent.command('revoke <number>').description('takes a right back, at once and for good'))
    .action((number: string, options: CommonOptions) => run(options, async ({ owner }) => { await owner.revoke(id(number)); output.result({ rightId: id(number) }, [`Right ${number} is taken back. What was read before cannot be unread.`]); }));
  withCommon(consent.command('revoke-all').description('takes every right back that you ever gave'))
    .action((options: CommonOptions) => run(options, async ({ owner }) => {
      const all = await owner.revokeAll();
      output.result(all, [`${all.rights} rights of ${all.accounts} accounts are taken back.`, ...all.failed.map((f) => `  Not yet: ${f.message}`)]);
      if (all.failed.length > 0) throw new AppError('chain-unreachable', `${all.failed.length} accounts could not take back yet.`, { hint: 'It is kept: the app or `phdex consent serve` does it as soon as it can. Nothing more is sent by those rights.', retryable: true });
    }));
  withCommon(consent.command('serve').description('answers grantees, brings deliveries and sends continuous shares until it is stopped'))
    .option('--every <time>', 'between two deliveries of what is being recorded', seconds, 60)
    .action(async (options: CommonOptions & { every: number }) => {
      await withNode(options, signal, async (node) => {
        const service = await node.consentService({ cutMs: () => options.every * 1000 });
        try {
          await service.resume();
          output.event({ event: 'serving', addresses: service.addresses() });
          output.say('Answering. Stop with Ctrl+C.');
          await untilStopped(signal);
        } finally { await service.close(); }
      });
      output.result({ served: true });
    });

  withCommon(program.command('ask <to>').description('asks a person for a right: by their invitation (or a file that holds it), or by the number of a listed dataset'))
    .requiredOption('--name <name>', 'how you call yourself').option('--words <words>', 'what you want to say', '').option('--label <words>', 'for your own list; stays here')
    .addOption(new Option('--category <category>', 'what kind of data').choices(CATEGORIES).default('health')).addOption(new Option('--operations <operations>', 'what you want to do').choices(Operations.options).default('read'))
    .option('--channels <names>', 'such as heart-rate,spo2; all when left out', list, []).option('--days <from..to>', 'all when left out', days).option('--live', 'also what is yet to be made', false)
    .addOption(new Option('--purpose <term>', 'what for, by the Data Privacy Vocabulary').choices(PURPOSES).makeOptionMandatory()).option('--duo <codes>', 'for research: codes of the Data Use Ontology', list, []).option('--why <words>', 'the purpose in a sentence', '')
    .requiredOption('--for <time>', 'how long: 30d, 12h', seconds)
    .action((to: string, options: Ask) => run(options, async ({ grantee }) => {
      const text = existsSync(to) ? readFileSync(to, 'utf8').trim() : to;
      const purpose: Purpose = { v: 1, term: options.purpose, duo: options.duo, words: options.why };
      const input = checked(RequestIn, {
        to: /^\d+$/.test(text) ? { datasetId: id(text) } : { invitation: text }, name: options.name, words: options.words, label: options.label ?? '', category: options.category, operations: options.operations,
        scope: { channels: options.channels, days: options.days ?? null, live: options.live }, purpose, seconds: options.for,
      }, 'The request');
      const { rightId } = await grantee.request(input);
      output.result({ rightId }, [`Asked, as request ${rightId}. See \`phdex held\` for the answer.`]);
    }));
  withCommon(program.command('held').description('shows what you may read, until when, and what you asked for'))
    .action((options: CommonOptions) => run(options, async ({ grantee }) => {
      const held = await grantee.held();
      output.result({ held }, held.length === 0 ? ['You hold no right and have asked for none.'] : held.map(heldLine));
    }));
  withCommon(program.command('open-right <number>').description('fetches, verifies and keeps what a right opens, and says so on the chain; with --format also writes it out, unencrypted'))
    .addOption(new Option('--format <format>', 'writes what was opened').choices(HeldExportIn.shape.format.options)).option('--out <folder>', 'where; your documents when left out')
    .action((number: string, options: CommonOptions & { format?: HeldExportIn['format']; out?: string }) => run(options, async ({ grantee, done }) => {
      const rightId = id(number);
      const opened = await done(await grantee.open(rightId), signal);
      const lines = [`Opened ${String(opened.segments)} segments with ${String(opened.rows)} rows.`];
      if (options.format === undefined) return output.result(opened, lines);
      const exported = await done(await grantee.exportAs({ rightId, format: options.format, ...(options.out === undefined ? {} : { folder: resolve(options.out) }) }), signal);
      output.result({ ...opened, ...exported }, [...lines, `It is in ${String(exported.path)}, unencrypted.`]);
    }));
}
