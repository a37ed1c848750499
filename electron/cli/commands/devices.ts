import type { Command } from 'commander';
import type { DeviceListView } from '../../../shared/api/devices.ts';
import { withCommon, type CommandContext, type CommonOptions } from '../options.ts';
import { withNode } from '../with-node.ts';

export function addDevicesCommands(program: Command, { output, signal }: CommandContext): void {
  const devices = program.command('devices').description('the signed list of validated hardware');

  withCommon(devices.command('list').description('which devices are known, and what is known of one').argument('[device]', 'id of one, such as polar-h10'))
    .action(async (id: string | undefined, options: CommonOptions) => {
      await withNode(options, signal, async (node) => {
        const view = node.devices.view();
        const some = view.devices.filter((d) => id === undefined || d.id === id);
        output.result({ ...view, devices: some }, [
          ...head(view),
          ...some.flatMap((d) => [`${d.id}  ${d.name}${d.level === 'maker' ? ' (maker only)' : ''}`, ...(id === undefined ? [] : [
            ...d.channels.map((c) => `  ${c.kind}: ${c.range ? `${c.range[0]} to ${c.range[1]} ${c.unit}` : `range not known (${c.unit})`}, ${c.rates ?? 'rate not known'}${c.step ? `, steps of ${c.step}` : ''}${c.note ? `. ${c.note}` : ''}`),
            ...d.evidence.map((e) => `  ${e.source}: ${e.says}`),
          ])]),
        ]);
      });
    });

  withCommon(devices.command('update <file>').description('takes a newer list; its signature is read from <file>.sig').option('--signature <file>', 'where the signature is'))
    .action(async (file: string, { signature, ...options }: CommonOptions & { signature?: string }) => {
      await withNode(options, signal, async (node) => { const view = await node.devices.update(file, signature); output.result({ version: view.version, issued: view.issued, devices: view.devices.length }, head(view)); });
    });

  withCommon(devices.command('refresh').description('takes the list that the network names, where it is newer'))
    .action(async (options: CommonOptions) => {
      await withNode(options, signal, async (node) => { const changed = await node.devices.refresh(); const view = node.devices.view(); output.result({ changed, version: view.version, from: view.from }, head(view)); });
    });

  withCommon(devices.command('name <recording> <device>').description('says which device made a recording whose file does not; «none» takes it back'))
    .action(async (recording: string, device: string, options: CommonOptions) => {
      await withNode(options, signal, async (node) => { const named = node.devices.name(recording, device === 'none' ? null : device); output.result({ ...named }, [named.reason]); });
    });

  withCommon(devices.command('announce <file>').description('serves a signed list and names it on the network: on a local one at once, elsewhere says what the registrar has to send').option('--signature <file>', 'where the signature is'))
    .action(async (file: string, { signature, ...options }: CommonOptions & { signature?: string }) => {
      await withNode(options, signal, async (node) => {
        const said = await node.devices.announce(file, signature);
        output.result({ ...said }, [`Version ${said.version} at ${said.uri}`, said.gas === null ? `The registrar sends to ${said.to ?? 'the DeviceRegistry'}: ${said.data}` : 'The network names it now.']);
      });
    });
}

const head = (view: DeviceListView): string[] => [
  `Version ${view.version} of ${view.issued}, ${view.devices.length} devices (${{ 'built-in': 'came with the app', file: 'from a file', network: 'from the network' }[view.from]})`,
  ...(view.problem ? [`  ${view.problem.message}${view.problem.hint ? ` ${view.problem.hint}` : ''}`] : []),
];
