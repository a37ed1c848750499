import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../../shared/errors.ts';
import { formatCoins } from '../output.ts';
import { coins, withCommon, wholeNumber, type CommandContext, type CommonOptions } from '../options.ts';
import { confirm } from '../confirm.ts';
import { withNode } from '../with-node.ts';

const id = wholeNumber('The number', 1);

export function addMarketCommands(program: Command, { output, signal }: CommandContext): void {
  withCommon(program.command('list').description('shows listings, own datasets, recordings, keepers or purchases'))
    .option('--search <words>', 'words of the label')
    .option('--all', 'also what is not certified', false)
    .option('--mine', 'datasets of this profile', false)
    .option('--recordings', 'recordings of this profile', false)
    .option('--keepers', 'keepers of the network', false)
    .option('--purchases', 'accesses of this profile', false)
    .option('--limit <n>', 'how many', wholeNumber('--limit', 1, 1000), 50)
    .action(async (options: CommonOptions & { search?: string; all: boolean; mine: boolean; recordings: boolean; keepers: boolean; purchases: boolean; limit: number }) => {
      await withNode(options, signal, async (node) => {
        if (options.recordings) {
          const recordings = node.recordings();
          return output.result({ recordings }, recordings.map((r) => `${r.id}  ${r.rows} rows  ${r.title}`));
        }
        if (options.keepers) {
          const keepers = await node.keepers();
          return output.result({ keepers }, keepers.map((k) => `${k.address}  stake ${formatCoins(k.stake)}`));
        }
        if (options.purchases) {
          const accesses = await node.accesses();
          return output.result({ accesses }, accesses.map((a) => `access ${a.id}  dataset ${a.datasetId}  ${a.kind}  ${a.status}`));
        }
        const listings = await node.listings(options);
        output.result({ listings }, listings.map((l) => `${String(l.id).padStart(5)}  ${l.status.padEnd(10)} ${formatCoins(l.price).padStart(10)} PHD  quality ${l.score ?? '–'}  ${l.title ?? '(label not fetched yet)'}`));
      });
    });

  withCommon(program.command('buy <dataset>').description('buys a dataset, or with --refund takes the price of an access back'))
    .option('--max-price <phd>', 'highest price that you agree to', coins('--max-price'))
    .option('--release-seconds <s>', 'time that the keepers get', wholeNumber('--release-seconds', 1))
    .option('--refund', 'the number is an access whose keepers let the deadline pass', false)
    .option('--again', 'buys what you own already', false)
    .option('--yes', 'asks nothing', false)
    .action(async (text: string, options: CommonOptions & { maxPrice?: bigint; releaseSeconds?: number; refund: boolean; again: boolean; yes: boolean }) => {
      const number = id(text);
      await withNode(options, signal, async (node) => {
        if (options.refund) {
          const { gas, amount } = await node.refund(number);
          return output.result({ accessId: number, refunded: amount, gas }, [`${formatCoins(amount)} PHD are back`]);
        }
        if (!options.yes && !output.json) {
          const quote = await node.quote(number);
          output.say(`Dataset ${number}: ${quote.title ?? ''}\n  ${formatCoins(quote.price)} PHD of your ${formatCoins(quote.balance)}; quality ${quote.score}, certified by ${quote.validator}`);
          if (!(await confirm('Buy it?'))) throw new AppError('cancelled', 'Nothing was bought.');
        }
        const bought = await node.buy(number, { maxPrice: options.maxPrice, releaseSeconds: options.releaseSeconds, again: options.again, signal });
        output.result(bought, [`Access ${bought.accessId}: ${formatCoins(bought.price)} PHD in escrow, ${bought.keepersOnline} keepers online`, `Open it with: phdex open ${bought.accessId}`]);
      });
    });

  withCommon(program.command('open <access>').description('collects the shares of an access, decrypts, verifies and pays'))
    .option('--out <folder>', 'where the dataset goes; in the profile otherwise')
    .option('--csv', 'writes CSV beside Parquet', false)
    .option('--no-confirm', 'leaves the escrow to the challenge window')
    .action(async (text: string, options: CommonOptions & { out?: string; csv: boolean; confirm: boolean }) => {
      const number = id(text);
      await withNode(options, signal, async (node) => {
        const opened = await node.open(number, {
          outDir: options.out === undefined ? undefined : resolve(options.out), csv: options.csv, confirm: options.confirm, signal,
          onProgress: (done, total) => output.progress('Decrypting', done, total),
          onEvent: (e) => {
            const { type, ...rest } = e;
            output.event({ event: type, ...rest });
            if (e.type === 'share') output.say(`  ${e.have} of ${e.want} shares`);
            else output.say(`  the share in seat ${e.index} is false; ${e.held ? `its keeper ${e.keeper} was slashed` : 'the dispute could not be posted'}`);
          },
        });
        output.result(opened, [`${opened.rows} rows in ${opened.dir}`, ...opened.checks.map((c) => `  ${c.ok ? '✓' : '✗'} ${c.name}: ${c.detail}`)]);
      });
    });

  withCommon(program.command('withdraw <dataset>').description('ends a listing; keepers destroy their shares and confirm it on chain'))
    .option('--wait <seconds>', 'waits for the confirmations of the keepers', wholeNumber('--wait', 0), 0)
    .action(async (text: string, options: CommonOptions & { wait: number }) => {
      const number = id(text);
      await withNode(options, signal, async (node) => {
        const result = await node.withdraw(number, { waitMs: options.wait * 1000, signal });
        output.result(result, [`Dataset ${number} is withdrawn; ${result.destroyed} of ${result.seats} keepers have confirmed that they destroyed their share`, `  ${result.freedBytes} bytes freed here. What a customer has read before stays readable to it, and the events stay on chain.`]);
      });
    });
}
