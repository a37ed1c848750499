import { Option, type Command } from 'commander';
import { AgeBand, HeightBand, Sex, WeightBand } from '../../../shared/domain/label.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import { formatCoins } from '../output.ts';
import { coins, withCommon, wholeNumber, type CommandContext, type CommonOptions } from '../options.ts';
import { withNode } from '../with-node.ts';

type PublishOptions = CommonOptions & {
  title: string; description: string; tags: string; age: typeof AgeBand._output; sex: typeof Sex._output; height: typeof HeightBand._output; weight: typeof WeightBand._output;
  price: bigint; keepers: number; threshold: number; keepersBps: number; validatorBps: number; namedKeepers?: string; wait: 'listed' | 'seats' | 'certified'; resume?: string;
};

export function addPublishCommand(program: Command, { output, signal }: CommandContext): void {
  withCommon(program.command('publish <recording>').description('scores, anonymises, seals, stores and lists a recording'))
    .requiredOption('--title <text>', 'what the world reads of it')
    .option('--description <text>', 'more of it', '')
    .option('--tags <a,b>', 'words to find it by', '')
    .addOption(new Option('--age <band>', 'age band').choices(AgeBand.options).default('undisclosed'))
    .addOption(new Option('--sex <sex>', 'sex').choices(Sex.options).default('undisclosed'))
    .addOption(new Option('--height <band>', 'height band in cm').choices(HeightBand.options).default('undisclosed'))
    .addOption(new Option('--weight <band>', 'weight band in kg').choices(WeightBand.options).default('undisclosed'))
    .requiredOption('--price <phd>', 'price in PHD', coins('--price'))
    .option('--keepers <n>', 'how many keepers get a share', wholeNumber('--keepers', -1000, 1000), 5)
    .option('--threshold <k>', 'how many of them rebuild the key', wholeNumber('--threshold', -1000, 1000), 3)
    .option('--named-keepers <a,b,…>', 'addresses of the keepers; otherwise those with the highest stake')
    .option('--keepers-bps <bps>', 'cut of the keepers in basis points', wholeNumber('--keepers-bps', 0, 10000), 1000)
    .option('--validator-bps <bps>', 'cut of the validator in basis points', wholeNumber('--validator-bps', 0, 10000), 200)
    .addOption(new Option('--wait <state>', 'keep serving the blobs until').choices(['listed', 'seats', 'certified']).default('certified'))
    .option('--resume <publication>', 'goes on with a publication that was interrupted')
    .action(async (recording: string, options: PublishOptions) => {
      await withNode(options, signal, async (node) => {
        const named = options.namedKeepers?.split(',').map((a) => a.trim() as Hex);
        const published = await node.publish(
          {
            recordingId: recording, title: options.title, description: options.description, tags: options.tags.split(',').map((t) => t.trim()).filter(Boolean),
            demographics: { ageBand: options.age, sex: options.sex, heightBandCm: options.height, weightBandKg: options.weight },
            price: options.price, keepers: options.keepers, threshold: options.threshold, keepersBps: options.keepersBps, validatorBps: options.validatorBps, namedKeepers: named,
          },
          {
            signal, id: options.resume, wait: options.wait,
            onStart: (id) => output.event({ event: 'started', publication: id }),
            onStep: (step, seconds) => { output.event({ event: 'step', step, seconds }); output.say(`  ${step} (${seconds.toFixed(2)} s)`); },
            onProgress: (step, done, total) => output.progress(step, done, total),
            onState: (state) => { output.event({ event: state }); output.say(`  ${state}`); },
          },
        );
        output.result({ ...published }, [`Dataset ${published.datasetId} is ${published.status}, ${formatCoins(options.price)} PHD`, `  ${published.cid}`]);
      });
    });
}
