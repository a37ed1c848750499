import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import type { Output } from './output.ts';

export type CommandContext = { output: Output; signal: AbortSignal };
export type CommonOptions = { profile: string; network?: string; json?: boolean; passphraseFile?: string };

/** Adds the options that every command has. */
export function withCommon(command: Command): Command {
  return command
    .option('--profile <name or folder>', 'whose keys and data to use', 'default')
    .option('--network <file or name>', 'network file (network.json) or a name in resources/networks.json')
    .option('--passphrase-file <file>', 'reads the passphrase from a file; otherwise PHDEX_PASSPHRASE, otherwise it is asked for')
    .option('--link-accounts', 'where the network has no relayer: lets the profile’s own account pay for its fresh ones, which shows that they belong together', false)
    .option('--json', 'prints JSON lines; the last one is the result', false);
}

/** Parses words between commas. */
export const list = (text: string): string[] => text.split(',').map((t) => t.trim()).filter((t) => t !== '');

/** Parses a whole number of an option. @throws AppError `invalid-argument` */
export function wholeNumber(name: string, least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(n) || n < least || n > most) throw new AppError('invalid-argument', `${name} wants a whole number from ${least} to ${most}, not «${text}».`, { hint: 'See --help.' });
    return n;
  };
}

/** Parses an amount of coins with up to 18 decimals into wei. @throws AppError `price-invalid` */
export function coins(name: string): (text: string) => bigint {
  return (text) => {
    const m = /^(-?)(\d{1,12})(?:\.(\d{1,18}))?$/.exec(text);
    if (!m) throw new AppError('price-invalid', `${name} wants an amount such as 12.5, not «${text}».`, { hint: 'Up to 18 decimals, no exponent.' });
    const wei = BigInt(m[2]!) * 10n ** 18n + BigInt((m[3] ?? '').padEnd(18, '0'));
    return m[1] ? -wei : wei;
  };
}
