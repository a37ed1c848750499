import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../../shared/errors.ts';
import { verifyFile, type VerifyFileOptions } from '../../app/anchors/verify-file.ts';
import { verifyFolder } from '../../app/node.ts';
import type { CommandContext } from '../options.ts';

/** What anybody can check, without a wallet: an opened dataset, or a file against the receipt of its anchor. */
export function addVerifyCommand(program: Command, { output, signal }: CommandContext): void {
  program.command('verify <path>').description('checks an opened dataset (a folder) again, against its manifest and, with --network, against the chain; with --receipt, a file against the receipt of its anchor, without any node')
    .option('--receipt <file>', 'receipt of the file (phdex/anchor/v1)')
    .option('--header <file>', 'with --receipt: header of the block, as its RLP (bytes or hexadecimal) or as eth_getBlockByHash answers')
    .option('--block-hash <hash>', 'with --receipt: hash of the block, as you know it from a node or an explorer that you trust')
    .option('--contract <address>', 'with --receipt: the network’s contract of anchors, as you know it; without it and --network the age shown is that of the block')
    .option('--profile <name or folder>', 'ignored; there so that scripts can pass it')
    .option('--network <file>', 'network file; without it no node is asked')
    .option('--json', 'prints JSON', false)
    .action(async (path: string, options: Partial<VerifyFileOptions>) => {
      if (options.receipt !== undefined) return verifyReceiptOf(resolve(path), { ...options, receipt: resolve(options.receipt) });
      if (options.header !== undefined || options.blockHash !== undefined || options.contract !== undefined) throw new AppError('invalid-argument', '--header, --block-hash and --contract go with --receipt.', { hint: 'Name the receipt with --receipt.' });
      const result = await verifyFolder(resolve(path), { network: options.network, signal });
      output.result({ verified: result.checks.every((c) => c.ok), checks: result.checks }, result.checks.map((c) => `${c.ok ? '✓' : '✗'} ${c.name}: ${c.detail}`));
      if (!result.checks.every((c) => c.ok)) throw new AppError('hash-mismatch', `${result.checks.filter((c) => !c.ok).length} checks of ${path} failed.`, { hint: 'Open the access again; do not work with these files.' });
    });

  async function verifyReceiptOf(path: string, options: VerifyFileOptions): Promise<void> {
    const { findings, holds, blockOpen, anchoredAt, block } = await verifyFile(path, { ...options, signal });
    output.result({ verified: holds, blockOpen, anchoredAt, block, findings }, findings.map((f) => `${f.ok ? '✓' : f.step === 'block' && blockOpen ? '?' : '✗'} ${f.step}: ${f.detail}`));
    if (blockOpen) throw new AppError('proof-invalid', 'All holds but for the block, of which nobody said that it is the chain’s.', { hint: 'Give its header or its hash with --header or --block-hash, or a network file with --network.' });
    if (!holds) { const failed = findings.at(-1)!; throw new AppError('proof-invalid', `Step «${failed.step}» of the receipt failed: ${failed.detail}`, { hint: 'The file, the receipt or the block is another than it says.' }); }
  }
}
