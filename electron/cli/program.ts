import { Command, CommanderError } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { addAnchorCommand } from './commands/anchor.ts';
import { addBalanceCommands } from './commands/balance.ts';
import { addCaptureCommands } from './commands/capture.ts';
import { addClinicalCommands } from './commands/clinical.ts';
import { addConsentCommands } from './commands/consent.ts';
import { addDevicesCommands } from './commands/devices.ts';
import { addImportCommands } from './commands/import.ts';
import { addMarketCommands } from './commands/market.ts';
import { addEmergencyCommands } from './commands/emergency.ts';
import { addMatchingCommands } from './commands/matching.ts';
import { addNetworkCommands } from './commands/network.ts';
import { addNoteCommands } from './commands/note.ts';
import { addPublishCommand } from './commands/publish.ts';
import { addRecordCommands } from './commands/record.ts';
import { addRegistrarCommands } from './commands/registrar.ts';
import { addRelayCommand } from './commands/relay.ts';
import { addServiceCommands } from './commands/service.ts';
import { addTokenCommands } from './commands/token.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { addStudyCommands } from './commands/study.ts';
import { addWalletCommands } from './commands/wallet.ts';
import { ExitCode } from './exit-code.ts';
import type { CommandContext } from './options.ts';
import { createOutput, logError, reportError } from './output.ts';

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
    addDevicesCommands(program, context);
    addNoteCommands(program, context);
    addCaptureCommands(program, context);
    addPublishCommand(program, context);
    addServiceCommands(program, context);
    addRelayCommand(program, context);
    addMarketCommands(program, context);
    addAnchorCommand(program, context);
    addVerifyCommand(program, context);
    addTokenCommands(program, context);
    addStudyCommands(program, context);
    addMatchingCommands(program, context);
    addConsentCommands(program, context);
    addRecordCommands(program, context);
    addClinicalCommands(program, context);
    addEmergencyCommands(program, context);
    addRegistrarCommands(program, context);
    addBalanceCommands(program, context);
    await program.parseAsync([...argv], { from: 'user' });
    return ExitCode.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    return isService(argv) ? logError(error) : reportError(error, json);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** What runs under a service manager says everything as log lines. */
const isService = (argv: readonly string[]) => argv[0] === 'serve' || (argv[0] === 'keeper' && argv.includes('--headless'));
