import { Option, type Command } from 'commander';
import { accreditOnLocalNetwork, fundOnLocalNetwork, setRegistrarOnLocalNetwork, startLocalNetwork, suspendOnLocalNetwork } from '../../app/local-network.ts';
import { ACCREDITED_ROLES, type AccreditedRole } from '../../app/consent/records-service.ts';
import { untilStopped } from '../../app/until-stopped.ts';
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
        output.event({ event: 'ready', rpcUrl: local.rpcUrl, relayer: local.relayer, networkFile: local.networkFile, contracts: local.contracts });
        output.say(`Network ready at ${local.rpcUrl}, with a relayer at ${local.relayer}\nUse it with --network ${local.networkFile}`);
        await untilStopped(signal);
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

  network.command('registrar <address>')
    .description('makes an account a registrar of a local network; it then runs `phdex registrar key` to read why data is opened in emergencies')
    .requiredOption('--network <file>', 'network file')
    .option('--off', 'takes that back', false)
    .option('--json', 'prints JSON', false)
    .action(async (address: string, options: { network: string; off: boolean }) => {
      const { gas } = await setRegistrarOnLocalNetwork(options.network, address, !options.off);
      output.result({ address, registrar: !options.off, gas }, [`${address} is ${options.off ? 'no longer' : 'now'} a registrar`]);
    });

  for (const [change, text, did] of [['accredit', 'gives an account a role that a registrar gives', 'is an accredited'], ['suspend', 'takes such a role away', 'is no longer']] as const) {
    network.command(`${change} <address>`)
      .description(`${text} (local network only; on others: \`phdex registrar ${change}\`)`)
      .requiredOption('--network <file>', 'network file')
      .addOption(new Option('--role <role>', 'which role').choices(ACCREDITED_ROLES).default('validator'))
      .option('--json', 'prints JSON', false)
      .action(async (address: string, options: { network: string; role: AccreditedRole }) => {
        const { gas } = await (change === 'accredit' ? accreditOnLocalNetwork : suspendOnLocalNetwork)(options.network, address, options.role);
        output.result({ [change === 'accredit' ? 'accredited' : 'suspended']: address, role: options.role, gas }, [`${address} ${did} ${options.role}`]);
      });
  }
}
