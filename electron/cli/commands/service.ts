import type { Command } from 'commander';
import { openNode } from '../../app/node.ts';
import { coins, withCommon, wholeNumber, type CommandContext, type CommonOptions } from '../options.ts';

const untilStopped = (signal: AbortSignal) => new Promise<void>((resolve) => { if (signal.aborted) resolve(); else signal.addEventListener('abort', () => resolve(), { once: true }); });

export function addServiceCommands(program: Command, { output, signal }: CommandContext): void {
  withCommon(program.command('keeper').description('keeps shares and releases them for accesses that the contract opened; runs until it is stopped'))
    .option('--stake <coins>', 'native coins to hold as stake; added where less is there', coins('--stake'))
    .option('--quota-mb <mb>', 'room for pinned ciphertext', wholeNumber('--quota-mb', 1), 10_240)
    .option('--manual-release', 'takes seats but does not release by itself', false)
    .action(async (options: CommonOptions & { stake?: bigint; quotaMb: number; manualRelease: boolean }) => {
      const node = await openNode(options, { signal });
      try {
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
      } finally { await node.stop(); }
      output.result({ stopped: true });
    });

  withCommon(program.command('validator').description('certifies or rejects what waits for it; runs until it is stopped (accredited accounts only)'))
    .option('--once', 'handles what waits now and ends', false)
    .option('--patience <seconds>', 'how long to wait for keepers beyond the threshold', wholeNumber('--patience', 0), 20)
    .action(async (options: CommonOptions & { once: boolean; patience: number }) => {
      const node = await openNode(options, { signal });
      try {
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
      } finally { await node.stop(); }
      output.result({ stopped: true });
    });
}

function describe(event: { type: string; datasetId?: number; accessId?: number; index?: number; error?: { message: string } }): string {
  const where = event.accessId === undefined ? `dataset ${event.datasetId ?? ''}` : `access ${event.accessId}`;
  return `  ${event.type} ${where}${event.index === undefined ? '' : `, seat ${event.index}`}${event.error ? `: ${event.error.message}` : ''}`;
}
