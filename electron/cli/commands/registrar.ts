import { Option, type Command } from 'commander';
import { ACCREDITED_ROLES, type AccreditedRole } from '../../app/consent/records-service.ts';
import { withCommon, type CommandContext, type CommonOptions } from '../options.ts';
import { withRecords } from '../with-node.ts';

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
        await withRecords(options, signal, async (service) => {
          const { salt, gas } = await service.accreditation(name, address, options.role, (options.credential ?? options.reason)!);
          output.result({ address, role: options.role, [name === 'accredit' ? 'accredited' : 'suspended']: true, salt, gas }, [`${address} ${did} the role ${options.role}`, `Keep this with the words, they prove the hash on the chain: ${salt}`]);
        });
      });
  }

  withCommon(registrar.command('key').description('puts this account’s key into the registry: reasons of emergencies are sealed to the first two registrars that have one'))
    .action(async (options: CommonOptions) => {
      await withRecords(options, signal, async (service) => {
        const key = await service.publishKey();
        output.result({ key, registrar: service.isRegistrar() }, ['The key is in the registry', service.isRegistrar() ? 'Reasons of emergencies that are opened from now on can be read here' : 'This account is not a registrar yet']);
      });
    });

  withCommon(registrar.command('emergencies').description('shows every emergency access, with the reasons that are sealed to this profile'))
    .action(async (options: CommonOptions) => {
      await withRecords(options, signal, async (service) => {
        const emergencies = await service.emergencies.all();
        const reader = service.isReader();
        if (service.isRegistrar() && !reader) output.say('No key of this account is in the registry, so no reason is sealed to it: `phdex registrar key`');
        output.result({ emergencies, reader }, emergencies.length === 0 ? ['Nothing was opened in an emergency.'] : emergencies.map((e) => `${String(e.accessId).padStart(5)}  ${new Date(e.at).toISOString()}  ${e.institution.address}${e.contestedAt === null ? '' : '  contested'}  ${e.reason ?? '(sealed to others)'}`));
      });
    });
}
