import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { AnchorKind } from '../../../shared/api/anchors.ts';
import { AppError } from '../../../shared/errors.ts';
import { writeFileAtomic } from '../../app/write-file-atomic.ts';
import { withCommon, type CommandContext, type CommonOptions } from '../options.ts';
import { withNode } from '../with-node.ts';

type AnchorOptions = CommonOptions & { entry: string[]; file: string[]; all: boolean; out?: string; list: boolean };
const more = (value: string, before: string[]) => [...before, value];

export function addAnchorCommand(program: Command, { output, signal }: CommandContext): void {
  withCommon(program.command('anchor [recordings...]').description('shows that recordings, entries or files are there now: anchors the root of their hashes in one transaction, and saves a receipt of each'))
    .option('--entry <id>', 'an entry that was written down; may be given again', more, [])
    .option('--file <path>', 'a file, of which only the hash is used; may be given again', more, [])
    .option('--all', 'every recording and entry that is new or changed, and new lines of the trace of `phdex serve --rest`', false)
    .option('--out <folder>', 'where receipts go, and the files that they are of')
    .option('--list', 'shows what was anchored', false)
    .action(async (recordings: string[], options: AnchorOptions) => {
      await withNode(options, signal, async (node) => {
        const anchors = node.anchors();
        if (options.list) {
          const { rows, total } = anchors.list(200, 0);
          return output.result({ batches: rows, total, waiting: anchors.waiting().count }, rows.length === 0 ? ['Nothing was anchored yet.'] : rows.map((b) => `${b.root}  ${b.count} ${b.count === 1 ? 'record' : 'records'}, ${b.state}${b.block === null ? '' : `, block ${b.block}`}`));
        }
        const own = options.all ? anchors.unanchored() : { recordings, entries: options.entry };
        const files = await Promise.all(options.file.map(async (path) => ({ path: resolve(path), digest: await digestOf(resolve(path)) })));
        if (own.recordings.length + own.entries.length + files.length + anchors.waiting().count === 0 && !options.all) throw new AppError('invalid-argument', 'There is nothing to anchor.', { hint: 'Name recordings, or use --entry, --file or --all.' });
        let added = await anchors.addOwn(own, { signal, onProgress: (done, total) => output.progress('Hashing', done, total) });
        if (options.all) added += anchors.addTrace();
        added += anchors.batches.add(files.map(({ digest }) => ({ kind: 'file', ref: digest.toString('hex'), digest })));
        const batches = await anchors.batches.flush(signal);
        const saved: string[] = [];
        if (options.out !== undefined) {
          const folder = resolve(options.out);
          mkdirSync(folder, { recursive: true });
          const save = async (kind: AnchorKind, ref: string, name?: string) => {
            const { receipt, file, fileName } = await anchors.receipt(kind, ref, signal);
            if (file !== null) writeFileAtomic(join(folder, fileName), file);
            const path = join(folder, `${name ?? fileName}.receipt.json`);
            writeFileAtomic(path, receipt);
            saved.push(path);
          };
          for (const id of own.recordings) await save('recording', id);
          for (const id of own.entries) await save('entry', id);
          for (const { path, digest } of files) await save('file', digest.toString('hex'), basename(path));
        }
        output.result({ added, batches: batches.map(({ root, count, tx, gas }) => ({ root, count, tx, gas })), receipts: saved }, [
          added === 0 && batches.length === 0 ? 'All of it was anchored before.' : `Anchored ${added} ${added === 1 ? 'record' : 'records'} in ${batches.length} ${batches.length === 1 ? 'transaction' : 'transactions'}`,
          ...batches.map((b) => `  ${b.root}: ${b.count}, ${b.gas ?? '?'} gas`), ...saved.map((path) => `  ${path}`),
        ]);
      });
    });
}

async function digestOf(path: string): Promise<Buffer> {
  if (!existsSync(path)) throw new AppError('file-not-found', `There is no file ${path}.`, { hint: 'Check the path.' });
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest();
}
