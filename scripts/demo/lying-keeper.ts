/**
 * A keeper that posts a false share to customers, and is honest to validators: it would not keep its seats otherwise.
 * Lives with the demo: nothing in the app can lie. Same arguments as `phdex keeper`.
 */
import { setKeeperSealing } from '../../electron/app/keeper-service.ts';
import { runCli } from '../../electron/cli/program.ts';

setKeeperSealing((seal, access) => (input) => {
  if (access.kind !== 'purchase') return seal(input);
  const share = Uint8Array.from(input.share);
  share[0] = (share[0] ?? 0) ^ 1;
  return seal({ ...input, share });
});
process.exitCode = await runCli(['keeper', ...process.argv.slice(2).filter((a) => a !== 'keeper')]);
process.exit(process.exitCode);
