import { Option, type Command } from 'commander';
import { ACCREDITED_ROLES, type AccreditedRole } from '../../app/consent/records-service.ts';
import { openNode } from '../../app/node.ts';
import { withCommon, type CommandContext, type CommonOptions } from '../options.ts';

/** What only the registrar of a network does: accredit, suspend, and read why data was opened in an emergency. */
export function addRegistrarCommands(program: Command, { output, signal }: CommandContext): void {
  const registrar = program.command('registrar').description('accredits and suspends providers, insurers, researchers, agencies, institutions and validators');
  const role = () => new Option('--role <role>', 'which role').choices(ACCREDITED_ROLES).makeOptionMandatory();

  for (const [name, option, text, did] of [
    ['accredit', '--credential <words>', 'gives an account a role, once its credential was checked', 'holds'],
    ['suspend', '--reason <words>', 'takes a role from an account, at once', 'lost'],
  ] as const) {
    withCommon(registrar.command(`${name} <address>`).description(text)).addOption(role())
      .requiredOption(option, 'what was seen; its salted hash goes on the chain')
      .action(async (address: string, options: CommonOptions & { role: AccreditedRole; credential?: string; reason?: string }) => {
        const node = await openNode(options, { signal });
        try {
          const service = await node.recordsService();
          try {
            const { salt, gas } = await service.accreditation(name, address, options.role, (options.credential ?? options.reason)!);
            output.result({ address, role: options.role, [name === 'accredit' ? 'accredited' : 'suspended']: true, salt, gas }, [`${address} ${did} the role ${options.role}`, `Keep this with the words, they prove the hash on the chain: ${salt}`]);
          } finally { await service.close(); }
        } finally { await node.stop(); }
      });
  }

  withCommon(registrar.command('emergencies').description('shows every emergency access, with the reasons that are sealed to this profile'))
    .action(async (options: CommonOptions) => {
      const node = await openNode(options, { signal });
      try {
        const service = await node.recordsService();
        try {
          const emergencies = await service.emergencies.all();
          output.result({ emergencies }, emergencies.length === 0 ? ['Nothing was opened in an emergency.'] : emergencies.map((e) => `${String(e.accessId).padStart(5)}  ${new Date(e.at).toISOString()}  ${e.institution.address}${e.contestedAt === null ? '' : '  contested'}  ${e.reason ?? '(sealed to others)'}`));
        } finally { await service.close(); }
      } finally { await node.stop(); }
    });
}
