import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Native modules and child processes: one process a file, as many at once as the machine has cores.
    pool: 'forks',
    // Most take seconds; on two busy cores some take ten times as long.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // What is polled comes from other processes on a machine that does other things as well; a second is no sign of a fault.
    expect: { poll: { timeout: 60_000 } },
    // Bitswap keeps a promise of its own for each block that a full disk refuses; the call that wanted the block fails by
    // name, which is what the tests look at. electron/cli.ts passes over the same promise.
    onUnhandledError: (error) => (error as { code?: string }).code !== 'disk-full',
  },
});
