import type { Command } from 'commander';
import { untilStopped } from '../../app/until-stopped.ts';
import { withCommon, wholeNumber, type CommandContext, type CommonOptions } from '../options.ts';
import { withNode } from '../with-node.ts';

export function addRelayCommand(program: Command, { output, signal }: CommandContext): void {
  withCommon(program.command('relay').description('sends for fresh accounts of others and pays their gas, so that nothing on the chain ties them to a person; runs until it is stopped'))
    .option('--port <port>', 'port to listen on; 0 takes a free one', wholeNumber('--port', 0, 65_535), 0)
    .option('--host <address>', 'address to listen on; behind a proxy that keeps no log of who asks', '127.0.0.1')
    .option('--gifts-per-day <n>', 'how many accounts are given gas in a day', wholeNumber('--gifts-per-day', 0), 1000)
    .option('--gas-per-day <gas>', 'gas of relayed calls in a day', wholeNumber('--gas-per-day', 0), 2_000_000_000)
    .action(async (options: CommonOptions & { port: number; host: string; giftsPerDay: number; gasPerDay: number }) => {
      await withNode(options, signal, async (node) => {
        const relay = await node.startRelay({ port: options.port, host: options.host, limits: { giftsPerDay: options.giftsPerDay, gasPerDay: options.gasPerDay }, onEvent: (event) => { output.event(event); } });
        output.event({ event: 'ready', url: relay.url });
        output.say(`Relayer ready at ${relay.url}\nName it in the network file as "relayer": "${relay.url}"`);
        await untilStopped(signal);
        await relay.stop();
      });
      output.result({ stopped: true });
    });
}
