import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Criteria, OpenStudyIn, type CallView } from '../../../shared/api/studies.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Studies } from '../../app/consent/studies/studies-api.ts';
import { untilStopped } from '../../app/until-stopped.ts';
import { confirm } from '../confirm.ts';
import { coins, wholeNumber, withCommon, type CommandContext, type CommonOptions } from '../options.ts';
import { formatCoins } from '../output.ts';
import { withNode } from '../with-node.ts';

const id = wholeNumber('The number', 0);
const DAY = 86_400;
const seconds = (name: string, least = 0) => wholeNumber(name, least, 366 * DAY);

/** @throws AppError `file-not-found`, `invalid-argument` with the field */
function readCriteriaFile(path: string): Criteria {
  let text: string;
  try { text = readFileSync(resolve(path), 'utf8'); } catch (cause) { throw new AppError('file-not-found', `There is no file ${path}.`, { hint: 'It is JSON as docs/protocol.md describes criteria.', cause }); }
  let json: unknown;
  try { json = JSON.parse(text); } catch (cause) { throw new AppError('invalid-argument', `${path} is no JSON.`, { hint: 'See docs/protocol.md for the form of criteria.', cause }); }
  const parsed = Criteria.strict().safeParse(json);
  if (!parsed.success) { const issue = parsed.error.issues[0]!; throw new AppError('invalid-argument', `${path}: ${issue.path.join('.') || 'top level'}: ${issue.message}.`, { hint: 'See docs/protocol.md for the form of criteria.' }); }
  return parsed.data;
}

const line = (c: CallView) => `${String(c.callId).padStart(5)}  ${c.kind.padEnd(5)}  ${c.state.padEnd(9)}  ${c.approved}/${c.places} places  ${formatCoins(BigInt(c.reward)).padStart(8)} PHD  ${c.criteria?.title ?? `(${c.problem})`}`;

type OpenOptions = CommonOptions & { kind: 'drawn' | 'open'; reward: bigint; places: number; minScore: number; enrol: number; screen: number; answer: number; fill: number; release: number; yes: boolean };

/** Studies: for owners who take part, and for researchers who open them. */
export function addStudyCommands(program: Command, { output, signal }: CommandContext): void {
  const study = program.command('study').description('studies that look for data: open, take part, draw, answer');
  async function run<O extends CommonOptions>(options: O, work: (studies: Studies) => Promise<void>): Promise<void> {
    await withNode(options, signal, async (node) => { await work(await node.studies()); });
  }
  const number = (text: string) => id(text);

  withCommon(study.command('list').description('shows studies that are on, with which of this profile’s datasets meet them; or a researcher’s own'))
    .option('--own', 'studies that this profile opened', false)
    .action((options: CommonOptions & { own: boolean }) => run(options, async (studies) => {
      if (options.own) { const calls = await studies.mine(); return output.result({ calls }, calls.length === 0 ? ['This profile has opened no study.'] : calls.map((c) => `${line(c)}${c.next === null ? '' : `  next: ${c.next}`}`)); }
      await Promise.all(studies.struck().map((entry) => studies.reasons.fetch(entry)));
      const calls = await studies.calls();
      output.result({ calls }, calls.length === 0 ? ['No study is on.'] : calls.flatMap((c) => [
        line(c),
        ...c.meets.map((m) => `       ${m.meets ? '✓' : '✗'} ${m.datasetId === null ? 'recording' : `dataset ${m.datasetId}`} ${m.title}${m.why.length > 0 ? `: ${m.why.join(' ')}` : ''}`),
        ...(c.entry ? [`       entry ${c.entry.index} of dataset ${c.entry.datasetId}: ${c.entry.offered ? `drawn, answer with: phdex study approve ${c.callId} ${c.entry.position}` : c.entry.status}${c.entry.reason ? `: ${c.entry.reason}` : ''}`] : []),
      ]));
    }));

  withCommon(study.command('eligible <criteria>').description('how many owners a study could find now: a count, and never a list'))
    .option('--min-score <n>', 'least quality', wholeNumber('--min-score', 0, 100), 0)
    .action((path: string, options: CommonOptions & { minScore: number }) => run(options, async (studies) => {
      const answer = await studies.eligible({ criteria: readCriteriaFile(path), minScore: options.minScore });
      output.result(answer, [answer.below ? `Fewer than ${answer.k}` : `At least ${answer.atLeast}`]);
    }));

  withCommon(study.command('open <criteria>').description('opens a study; its rewards are held until it ends'))
    .requiredOption('--reward <phd>', 'for each dataset that is delivered', coins('--reward'))
    .requiredOption('--places <n>', 'how many datasets', wholeNumber('--places', 1, 100_000))
    .option('--kind <kind>', 'drawn: places go by lot; open: you accept entries', (text) => { if (text !== 'drawn' && text !== 'open') throw new AppError('invalid-argument', `--kind is drawn or open, not «${text}».`, { hint: 'See --help.' }); return text; }, 'drawn')
    .option('--min-score <n>', 'least quality', wholeNumber('--min-score', 0, 100), 0)
    .option('--enrol <seconds>', 'how long owners may enrol', seconds('--enrol', 1), 14 * DAY)
    .option('--screen <seconds>', 'how long you look at entries after that', seconds('--screen'), 3 * DAY)
    .option('--answer <seconds>', 'how long somebody who is drawn may take', seconds('--answer'), 3 * DAY)
    .option('--fill <seconds>', 'how long places are passed on', seconds('--fill'), 14 * DAY)
    .option('--release <seconds>', 'how long keepers get', seconds('--release', 1), DAY)
    .option('--yes', 'asks nothing', false)
    .action((path: string, options: OpenOptions) => run(options, async (studies) => {
      const drawn = options.kind === 'drawn';
      const input = OpenStudyIn.parse({
        criteria: readCriteriaFile(path), kind: options.kind, reward: options.reward.toString(), places: options.places, minScore: options.minScore,
        enrolSeconds: options.enrol, screenSeconds: options.screen, answerSeconds: drawn ? options.answer : 0, fillSeconds: drawn ? options.fill : 0, releaseSeconds: options.release,
      });
      const { rewards, bond } = studies.cost(input);
      if (!options.yes && !output.json) {
        output.say(`«${input.criteria.title}»: ${formatCoins(rewards)} PHD are held for ${input.places} places${drawn ? `, and ${formatCoins(bond)} as a bond that comes back when you reveal` : ''}.\nWhat you wrote is public for good.`);
        if (!(await confirm('Open it?'))) throw new AppError('cancelled', 'Nothing was opened.');
      }
      const { callId, gas } = await studies.open(randomUUID(), input, { signal });
      output.result({ callId, gas }, [`Study ${callId} is open`, ...(drawn ? ['Keep `phdex study watch` or the app running around the draw: if the secret is not revealed in time, the bond is lost.'] : [])]);
    }));

  withCommon(study.command('enrol <study> <dataset>').description('enrols a certified dataset of this profile, from its own account'))
    .action((call: string, dataset: string, options: CommonOptions) => run(options, async (studies) => {
      await studies.enrol({ callId: number(call), datasetId: number(dataset) });
      output.result({ callId: number(call), datasetId: number(dataset) }, [`Dataset ${dataset} takes part in study ${call}`]);
    }));
  withCommon(study.command('leave <study> <entry>').description('takes an entry back'))
    .action((call: string, index: string, options: CommonOptions) => run(options, async (studies) => {
      await studies.leave({ callId: number(call), index: number(index) });
      output.result({ callId: number(call), index: number(index) }, [`Entry ${index} has left study ${call}`]);
    }));
  withCommon(study.command('approve <study> <position>').description('a place that was drawn: gives the researcher access; with --refuse passes it on'))
    .option('--refuse', 'passes the place on', false)
    .action((call: string, position: string, options: CommonOptions & { refuse: boolean }) => run(options, async (studies) => {
      const place = { callId: number(call), position: number(position) };
      if (options.refuse) { await studies.refusePlace(place); return output.result({ ...place, refused: true }, ['The place goes to the next']); }
      const { accessId } = await studies.approvePlace(place);
      output.result({ ...place, accessId }, [`The researcher has access ${accessId}; you are paid once it is delivered`]);
    }));

  withCommon(study.command('entries <study>').description('who takes part in a study of yours'))
    .action((call: string, options: CommonOptions) => run(options, async (studies) => {
      const entries = await studies.entries(number(call));
      output.result({ entries }, entries.length === 0 ? ['Nobody yet.'] : entries.map((e) => `${String(e.index).padStart(4)}  ${e.status.padEnd(11)} dataset ${e.datasetId}  quality ${e.quality ?? '–'}  ${e.title ?? ''}${e.why.length > 0 ? `  ✗ ${e.why.join(' ')}` : ''}${e.accessId === null ? '' : `  access ${e.accessId}${e.delivered ? `, open it with: phdex open ${e.accessId}` : ''}`}`));
    }));
  withCommon(study.command('strike <study> <entry>').description('strikes an entry before the draw; its owner is told why'))
    .requiredOption('--reason <words>', 'why')
    .action((call: string, index: string, options: CommonOptions & { reason: string }) => run(options, async (studies) => {
      if (options.reason.trim().length < 3 || options.reason.length > 400) throw new AppError('invalid-argument', 'A reason has 3 to 400 characters.', { hint: 'Say it in a sentence.' });
      await studies.strike({ callId: number(call), index: number(index), reason: options.reason });
      output.result({ callId: number(call), index: number(index) }, [`Entry ${index} is struck`]);
    }));
  withCommon(study.command('accept <study> <entry>').description('takes an entry of an open study'))
    .action((call: string, index: string, options: CommonOptions) => run(options, async (studies) => {
      const { accessId } = await studies.accept({ callId: number(call), index: number(index) });
      output.result({ callId: number(call), index: number(index), accessId }, [`Access ${accessId}: open it with \`phdex open ${accessId}\``]);
    }));
  withCommon(study.command('finish <study>').description('ends a study that is filled or whose time is over; what was not used comes back'))
    .action((call: string, options: CommonOptions) => run(options, async (studies) => {
      await studies.finish(number(call));
      output.result({ callId: number(call) }, [`Study ${call} has ended`]);
    }));

  withCommon(study.command('watch').description('does what studies of this profile wait for (close, draw, reveal, pass on, finish) until it is stopped'))
    .action((options: CommonOptions) => run(options, async (studies) => {
      const watch = studies.watch({
        onStep: (call, step) => { output.event({ event: 'step', callId: call.id, step: step.method }); output.say(`study ${call.id}: ${step.method}`); },
        onError: (call, step, error) => { output.event({ event: 'failed', callId: call.id, step: step.method, message: error.message }); output.say(`study ${call.id}: ${step.method} failed: ${error.message}`); },
      });
      output.event({ event: 'watching' });
      await untilStopped(signal);
      await watch.stop();
      output.result({ stopped: true });
    }));
}
