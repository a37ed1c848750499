import { Command, CommanderError } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { addBalanceCommands } from './commands/balance.ts';
import { addImportCommands } from './commands/import.ts';
import { addMarketCommands } from './commands/market.ts';
import { addNetworkCommands } from './commands/network.ts';
import { addPublishCommand } from './commands/publish.ts';
import { addServiceCommands } from './commands/service.ts';
import { addWalletCommands } from './commands/wallet.ts';
import { ExitCode } from './exit-code.ts';
import { createOutput, reportError, type Output } from './output.ts';

export type CommandContext = { output: Output; signal: AbortSignal };
export type CommonOptions = { profile: string; network?: string; json?: boolean; passphraseFile?: string };

/** Adds the options that every command has. */
export function withCommon(command: Command): Command {
  return command
    .option('--profile <name or folder>', 'whose keys and data to use', 'default')
    .option('--network <file or name>', 'network file (network.json) or a name in resources/networks.json')
    .option('--passphrase-file <file>', 'reads the passphrase from a file; otherwise PHDEX_PASSPHRASE, otherwise it is asked for')
    .option('--json', 'prints JSON lines; the last one is the result', false);
}

/**
 * Runs one command line. Never throws and never exits, so that it can be tested.
 * @returns the exit code
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  const stop = new AbortController();
  const onSignal = () => stop.abort(new AppError('cancelled', 'Stopped.'));
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const json = argv.includes('--json');
  try {
    const program = new Command('phdex')
      .description('Own, score, seal, sell and share the data of your own body.')
      .version('0.1.0')
      .showHelpAfterError()
      .exitOverride()
      .configureOutput({ writeErr: (text) => process.stderr.write(text) });
    const context: CommandContext = { output: createOutput({ json }), signal: stop.signal };
    addWalletCommands(program, context);
    addNetworkCommands(program, context);
    addImportCommands(program, context);
    addPublishCommand(program, context);
    addServiceCommands(program, context);
    addMarketCommands(program, context);
    addBalanceCommands(program, context);
    await program.parseAsync([...argv], { from: 'user' });
    return ExitCode.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    return reportError(error, json);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** Parses a whole number of an option. @throws AppError `invalid-argument` */
export function wholeNumber(name: string, least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const n = Number(text);
    if (!Number.isSafeInteger(n) || n < least || n > most) throw new AppError('invalid-argument', `${name} wants a whole number from ${least} to ${most}, not «${text}».`, { hint: 'See --help.' });
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
