import type { Command } from 'commander';
import { openNode } from '../../app/node.ts';
import { formatCoins } from '../output.ts';
import { withCommon, wholeNumber, type CommandContext, type CommonOptions } from '../options.ts';

export function addBalanceCommands(program: Command, { output, signal }: CommandContext): void {
  withCommon(program.command('balance').description('shows coins, stake, earnings and compensation'))
    .option('--of <addresses>', 'of other accounts, comma separated')
    .action(async (options: CommonOptions & { of?: string }) => {
      const node = await openNode(options, { signal });
      try {
        const own = await node.balance(node.address);
        const accounts = Object.fromEntries(await Promise.all((options.of?.split(',') ?? []).map(async (a) => [a.trim().toLowerCase(), await node.balance(a.trim())] as const)));
        output.result({ address: node.address, ...own, totalSupply: await node.totalSupply(), accounts }, [
          `${node.address}`, `  ${formatCoins(own.phd)} PHD`, `  earnings credited  ${formatCoins(own.earnings)} PHD`, `  stake              ${formatCoins(own.stake)}`, `  compensation       ${formatCoins(own.compensation)}`, `  for gas            ${formatCoins(own.gas)}`,
        ]);
      } finally { await node.stop(); }
    });

  withCommon(program.command('history').description('shows what happened to this account and its data: who, what, when'))
    .option('--dataset <n>', 'of one dataset', wholeNumber('--dataset', 1))
    .option('--limit <n>', 'how many', wholeNumber('--limit', 1, 10_000), 50)
    .action(async (options: CommonOptions & { dataset?: number; limit: number }) => {
      const node = await openNode(options, { signal });
      try {
        const history = await node.history(options);
        output.result({ history }, history.map((h) => `${new Date(h.at * 1000).toISOString()}  ${h.event.padEnd(18)} ${h.datasetId === null ? '' : `dataset ${h.datasetId} `}${h.accessId === null ? '' : `access ${h.accessId} `}${h.amount === null ? '' : `${formatCoins(h.amount)} PHD `}${h.actor ?? ''}`));
      } finally { await node.stop(); }
    });

  withCommon(program.command('send <address> <phd>').description('sends PHD to an account'))
    .action(async (to: string, amount: string, options: CommonOptions) => {
      const node = await openNode(options, { signal });
      try {
        const { gas } = await node.sendCoins(to, amount);
        output.result({ to, amount, gas }, [`Sent ${amount} PHD to ${to}`]);
      } finally { await node.stop(); }
    });
}
