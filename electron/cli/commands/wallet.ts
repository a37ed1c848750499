import type { Command } from 'commander';
import { createProfileWithWallet, openNode, restoreProfile } from '../../app/node.ts';
import { withCommon, type CommandContext, type CommonOptions } from '../options.ts';

export function addWalletCommands(program: Command, { output, signal }: CommandContext): void {
  const wallet = program.command('wallet').description('makes, restores and shows the wallet of a profile');

  withCommon(wallet.command('create').description('makes a profile with a new wallet; shows its mnemonic once')).action(async (options: CommonOptions) => {
    const made = await createProfileWithWallet(options);
    output.result({ address: made.address, mnemonic: made.mnemonic, profile: made.dir }, [
      `Address  ${made.address}`, '', '  Write these words down. They are shown once, and whoever has them has everything:', `  ${made.mnemonic}`,
    ]);
  });

  withCommon(wallet.command('restore').description('makes a profile from a mnemonic, read from standard input')).action(async (options: CommonOptions) => {
    let words = '';
    for await (const chunk of process.stdin) words += String(chunk);
    const made = await restoreProfile(options, words.trim());
    output.result({ address: made.address, profile: made.dir }, [`Restored ${made.address}`]);
  });

  withCommon(wallet.command('address').description('shows the address of a profile')).action(async (options: CommonOptions) => {
    const node = await openNode(options, { signal });
    try { output.result({ address: node.address }, [node.address]); } finally { await node.stop(); }
  });
}
