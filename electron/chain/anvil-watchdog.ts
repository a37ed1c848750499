/**
 * Runs anvil and ends it when its own standard input closes, which the operating system does however the parent ends.
 * A child of Node has no other way to learn of its parent's `kill -9` on every system.
 *   node anvil-watchdog.ts BINARY ARG…
 */
import { spawn } from 'node:child_process';

const [binary, ...args] = process.argv.slice(2);
const anvil = spawn(binary!, args, { stdio: ['ignore', 'inherit', 'inherit'] });
let ending = false;
const end = () => {
  if (ending) return;
  ending = true;
  // SIGTERM lets anvil write its state.
  anvil.kill('SIGTERM');
  setTimeout(() => anvil.kill('SIGKILL'), 5000).unref();
};
process.stdin.on('end', end).on('close', end).on('error', end).resume();
process.on('SIGTERM', end);
process.on('SIGINT', end);
anvil.on('error', (error) => { console.error(error.message); process.exit(127); });
anvil.on('exit', (code) => process.exit(code ?? 0));
