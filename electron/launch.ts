/** `npm start`. The window comes with the issue «The desktop app»; until then this says so and shows the command line. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
console.log('PHDex has no window yet; everything runs on the command line. Try `npm run demo`, or:\n');
const { runCli } = await import('./cli/program.ts');
process.exitCode = await runCli(['--help']);
