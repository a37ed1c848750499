import type { Command } from 'commander';
import { accreditOnLocalNetwork, fundOnLocalNetwork, startLocalNetwork } from '../../app/local-network.ts';
import { coins, wholeNumber, type CommandContext } from '../options.ts';

export function addNetworkCommands(program: Command, { output, signal }: CommandContext): void {
  const network = program.command('network').description('a local network for trying things out, and what is on it');

  network.command('start')
    .description('starts the embedded chain, deploys the contracts on first start, and runs until it is stopped')
    .option('--dir <folder>', 'where the chain keeps its state', '.phdex-network')
    .option('--port <port>', 'port of the endpoint; 0 takes a free one', wholeNumber('--port', 0, 65535), 0)
    .option('--fresh', 'refuses to continue a network that is there already', false)
    .option('--challenge-window <seconds>', 'seconds in which a release can be disputed', wholeNumber('--challenge-window', 1))
    .option('--release-extension <seconds>', 'seconds that the other keepers get after a dispute', wholeNumber('--release-extension', 1))
    .option('--json', 'prints JSON lines', false)
    .action(async (options: { dir: string; port: number; fresh: boolean; challengeWindow?: number; releaseExtension?: number }) => {
      const local = await startLocalNetwork({ ...options, signal });
      try {
        output.event({ event: 'ready', rpcUrl: local.rpcUrl, networkFile: local.networkFile, contracts: local.contracts });
        output.say(`Network ready at ${local.rpcUrl}\nUse it with --network ${local.networkFile}`);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      } finally { await local.stop(); }
      output.result({ stopped: true });
    });

  network.command('fund <addresses...>')
    .description('gives accounts native coins for gas and stake (local network only)')
    .requiredOption('--network <file>', 'network file')
    .option('--amount <coins>', 'native coins for each', coins('--amount'), 100n * 10n ** 18n)
    .option('--json', 'prints JSON', false)
    .action(async (addresses: string[], options: { network: string; amount: bigint }) => {
      await fundOnLocalNetwork(options.network, addresses, options.amount);
      output.result({ funded: addresses }, [`Funded ${addresses.length} accounts`]);
    });

  network.command('accredit <address>')
    .description('accredits a validator (local network only; on others the registrar does it)')
    .requiredOption('--network <file>', 'network file')
    .option('--json', 'prints JSON', false)
    .action(async (address: string, options: { network: string }) => {
      const { gas } = await accreditOnLocalNetwork(options.network, address);
      output.result({ accredited: address, gas }, [`${address} is an accredited validator`]);
    });
}
