import type { Command } from 'commander';
import { AppError } from '../../../shared/errors.ts';
import type { Host } from '../../app/host-types.ts';
import { untilStopped } from '../../app/until-stopped.ts';
import { jsonLog } from '../../shell/log.ts';
import { coins, withCommon, wholeNumber, type CommandContext, type CommonOptions } from '../options.ts';
import { withNode } from '../with-node.ts';

type Pages = { port: number; networkFile?: string; printUrl: boolean };
type Rest = { rest: boolean; restPort: number; restAddress?: string; restName: string[]; anchorEvery: number };
const more = (value: string, before: string[]) => [...before, value];

/** The headless host, until it is stopped. Loaded when it is asked for: no other command needs a server. */
async function serve(options: { profile: string; passphraseFile?: string } & Pages & Partial<Rest>, signal: AbortSignal, onReady?: (host: Host) => Promise<void>): Promise<void> {
  const { runHeadless } = await import('../../headless.ts');
  await runHeadless({
    profile: options.profile, port: options.port, passphraseFile: options.passphraseFile, networkFile: options.networkFile,
    printUrl: options.printUrl || process.stdout.isTTY, log: jsonLog((line) => process.stderr.write(line)), signal,
    rest: options.rest ? { port: options.restPort, address: options.restAddress, names: options.restName, batchMs: options.anchorEvery! * 1000 } : undefined,
    onReady: (_headless, host) => onReady?.(host),
  });
}

/** Starts keeping as soon as the profile is up. A service has nobody who could type: what is missing is told at once. */
async function keep(host: Host, options: { stake?: bigint; quotaMb: number; manualRelease: boolean }, signal: AbortSignal): Promise<void> {
  const { phase } = host.state();
  if (phase === 'welcome') throw new AppError('profile-missing', 'The profile has no wallet or no network yet.', { hint: 'Make it with `phdex wallet create`, or open the pages of `phdex serve --print-url` once; give the network with --network-file.' });
  if (phase === 'locked') throw new AppError('passphrase-missing', 'There is no passphrase.', { hint: 'Set PHDEX_PASSPHRASE or name a file with --passphrase-file.' });
  await new Promise<void>((resolve, reject) => {
    const look = () => {
      const { phase: now, failure } = host.state();
      if (now === 'failed') done(() => reject(new AppError(failure?.code ?? 'internal', failure?.message ?? 'The app could not start.', { hint: failure?.hint ?? undefined, retryable: failure?.retryable })));
      else if (now === 'ready' || signal.aborted) done(resolve);
    };
    const stop = host.onEvent((event) => { if (event.type === 'state') look(); });
    const done = (end: () => void) => { stop(); signal.removeEventListener('abort', look); end(); };
    signal.addEventListener('abort', look);
    look();
  });
  if (signal.aborted) return;
  host.set({ quotaMb: Math.max(16, options.quotaMb), autoRelease: !options.manualRelease });
  await host.ready().keeper.start(options.stake === undefined ? null : String(options.stake));
}

export function addServiceCommands(program: Command, { output, signal }: CommandContext): void {
  program.command('serve').description('serves the pages of the app on 127.0.0.1 for a browser; runs until it is stopped')
    .option('--profile <name or folder>', 'whose keys and data to use', 'default')
    .option('--port <port>', 'port of the pages, any free one where left out', wholeNumber('--port', 0, 65_535), 0)
    .option('--passphrase-file <file>', 'unlocks the profile with the passphrase in a file; otherwise PHDEX_PASSPHRASE, otherwise the page asks')
    .option('--network-file <file>', 'the network of a profile that has none yet')
    .option('--print-url', 'prints the address with its token on stdout even where that is no terminal', false)
    .option('--rest', 'serves the REST layer for other programs as well; make them tokens with `phdex token create`', false)
    .option('--rest-port <port>', 'with --rest: its port, any free one where left out', wholeNumber('--rest-port', 0, 65_535), 0)
    .option('--rest-address <address>', 'with --rest: where it listens, 127.0.0.1 where left out; it has no TLS, so put a reverse proxy before it')
    .option('--rest-name <host:port>', 'with --rest: a name by which a reverse proxy calls it; may be given again', more, [])
    .option('--anchor-every <seconds>', 'with --rest: when posted hashes go to the chain at the latest', wholeNumber('--anchor-every', 0, 86_400), 60)
    .action((options: { profile: string; passphraseFile?: string } & Pages & Rest) => serve(options, signal));

  withCommon(program.command('keeper').description('keeps shares and releases them for accesses that the contract opened; runs until it is stopped'))
    .option('--stake <coins>', 'native coins to hold as stake; added where less is there', coins('--stake'))
    .option('--quota-mb <mb>', 'room for pinned ciphertext', wholeNumber('--quota-mb', 1), 10_240)
    .option('--manual-release', 'takes seats but does not release by itself', false)
    .option('--headless', 'as a service: JSON lines on stderr, and the pages on 127.0.0.1 for whoever has the token', false)
    .option('--port <port>', 'with --headless: port of the pages, any free one where left out', wholeNumber('--port', 0, 65_535), 0)
    .option('--network-file <file>', 'with --headless: the network of a profile that has none yet')
    .option('--print-url', 'with --headless: prints the address with its token on stdout', false)
    .action(async (options: CommonOptions & { stake?: bigint; quotaMb: number; manualRelease: boolean; headless: boolean } & Pages) => {
      if (options.headless) return serve(options, signal, (host) => keep(host, options, signal));
      await withNode(options, signal, async (node) => {
        const keeping = await node.startKeeper({
          stake: options.stake, quotaBytes: options.quotaMb * 1024 * 1024, autoRelease: !options.manualRelease, signal,
          onEvent: (event) => {
            if ('error' in event) output.event({ event: event.type, ...event, error: event.error.message, code: event.error.code });
            else output.event({ event: event.type, ...event });
            output.say(describe(event));
          },
        });
        output.event({ event: 'ready', address: node.address });
        output.say(`Keeper ${node.address} is ready`);
        await untilStopped(signal);
        await keeping.stop();
      });
      output.result({ stopped: true });
    });

  withCommon(program.command('validator').description('certifies or rejects what waits for it; runs until it is stopped (accredited accounts only)'))
    .option('--once', 'handles what waits now and ends', false)
    .option('--patience <seconds>', 'how long to wait for keepers beyond the threshold', wholeNumber('--patience', 0), 20)
    .action(async (options: CommonOptions & { once: boolean; patience: number }) => {
      await withNode(options, signal, async (node) => {
        const validating = await node.startValidator({
          patienceMs: options.patience * 1000, once: options.once, signal,
          onVerdict: (v) => {
            output.event({ event: v.certified ? 'certified' : 'rejected', datasetId: v.datasetId, accessId: v.accessId, score: v.score, findings: v.findings, gas: v.gas.certify, gasValidate: v.gas.validate });
            output.say(`Dataset ${v.datasetId}: ${v.certified ? 'certified' : 'rejected'}, score ${v.score}`);
            for (const f of v.findings) if (!f.ok) output.say(`  ✗ ${f.name}: ${f.detail}`);
          },
          onError: (datasetId, error) => { output.event({ event: 'failed', datasetId, code: error.code, error: error.message }); output.say(`Dataset ${datasetId}: ${error.message}`); },
        });
        output.event({ event: 'ready', address: node.address });
        output.say(`Validator ${node.address} is ready`);
        if (options.once) await validating.done; else await untilStopped(signal);
        await validating.stop();
      });
      output.result({ stopped: true });
    });
}

function describe(event: { type: string; datasetId?: number; accessId?: number; index?: number; error?: { message: string } }): string {
  const where = event.accessId === undefined ? `dataset ${event.datasetId ?? ''}` : `access ${event.accessId}`;
  return `  ${event.type} ${where}${event.index === undefined ? '' : `, seat ${event.index}`}${event.error ? `: ${event.error.message}` : ''}`;
}
