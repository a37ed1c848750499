#!/usr/bin/env node
/** The command line: `npm run phdex -- …`. Thin: commands translate words into calls of app/ and results into lines. */
import { enableCompileCache } from 'node:module';

// Before anything else is loaded: most of a short command's time is compiling what it imports.
enableCompileCache();
// A full disk also rejects promises that Bitswap keeps to itself; the call that wanted the block fails by name.
process.on('unhandledRejection', (error) => {
  if ((error as { code?: string } | undefined)?.code !== 'disk-full') throw error;
});
const { runCli } = await import('./cli/program.ts');
process.exitCode = await runCli(process.argv.slice(2));
// What a command started has been stopped by now; libp2p and SQLite leave no work that must not be cut.
process.exit(process.exitCode);
