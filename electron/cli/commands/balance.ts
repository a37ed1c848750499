import type { Command } from 'commander';
import { formatCoins } from '../output.ts';
import { withCommon, wholeNumber, type CommandContext, type CommonOptions } from '../options.ts';
import { withNode } from '../with-node.ts';

export function addBalanceCommands(program: Command, { output, signal }: CommandContext): void {
  withCommon(program.command('balance').description('shows coins, stake, earnings and compensation'))
    .option('--of <addresses>', 'of other accounts, comma separated')
    .action(async (options: CommonOptions & { of?: string }) => {
      await withNode(options, signal, async (node) => {
        const own = await node.balance(node.address);
        const accounts = Object.fromEntries(await Promise.all((options.of?.split(',') ?? []).map(async (a) => [a.trim().toLowerCase(), await node.balance(a.trim())] as const)));
        output.result({ address: node.address, ...own, totalSupply: await node.totalSupply(), accounts }, [
          `${node.address}`, `  ${formatCoins(own.phd)} PHD`, `  earnings credited  ${formatCoins(own.earnings)} PHD`, `  stake              ${formatCoins(own.stake)}`, `  compensation       ${formatCoins(own.compensation)}`, `  for gas            ${formatCoins(own.gas)}`,
        ]);
      });
    });

  withCommon(program.command('history').description('shows what happened to this account and its data: who, what, when'))
    .option('--dataset <n>', 'of one dataset', wholeNumber('--dataset', 1))
    .option('--limit <n>', 'how many', wholeNumber('--limit', 1, 10_000), 50)
    .action(async (options: CommonOptions & { dataset?: number; limit: number }) => {
      await withNode(options, signal, async (node) => {
        const history = await node.history(options);
        output.result({ history }, history.map((h) => `${new Date(h.at * 1000).toISOString()}  ${h.event.padEnd(18)} ${h.datasetId === null ? '' : `dataset ${h.datasetId} `}${h.accessId === null ? '' : `access ${h.accessId} `}${h.amount === null ? '' : `${formatCoins(h.amount)} PHD `}${h.actor ?? ''}`));
      });
    });

  withCommon(program.command('accounts').description('shows the fresh accounts of this profile, one for each dataset and grantee, and what they have earned'))
    .action(async (options: CommonOptions) => {
      await withNode(options, signal, async (node) => {
        const accounts = await node.freshAccounts();
        output.result({ accounts }, accounts.length === 0 ? ['There are none yet.'] : accounts.map((a) => `${a.address}  ${a.kind.padEnd(12)}  ${formatCoins(BigInt(a.phd) + BigInt(a.earnings))} PHD  ${a.datasetIds.map((id) => `dataset ${id}`).join(', ')}  ${a.label ?? ''}`));
      });
    });

  withCommon(program.command('collect [addresses...]').description('moves what fresh accounts have earned to the own one; the chain then shows, for good, that they belong together'))
    .action(async (addresses: string[], options: CommonOptions) => {
      await withNode(options, signal, async (node) => {
        const collected = await node.collect(addresses.length > 0 ? (addresses as `0x${string}`[]) : undefined);
        output.result({ collected: collected.map((c) => ({ ...c, amount: c.amount.toString() })) }, collected.map((c) => `${formatCoins(c.amount)} PHD from ${c.address}`));
      });
    });

  withCommon(program.command('send <address> <phd>').description('sends PHD to an account'))
    .action(async (to: string, amount: string, options: CommonOptions) => {
      await withNode(options, signal, async (node) => {
        const { gas } = await node.sendCoins(to, amount);
        output.result({ to, amount, gas }, [`Sent ${amount} PHD to ${to}`]);
      });
    });
}
