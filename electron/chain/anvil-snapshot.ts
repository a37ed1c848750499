import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Rpc } from './rpc.ts';

/** How long one that may have ended is tried for. */
const PROBE_MS = 1000;

const number = async (rpc: Rpc, signal?: AbortSignal) => Number(await rpc.call<string>('eth_blockNumber', [], { signal }));

/**
 * The state of an anvil as of one block, as the JSON that `--state` reads. What anvil writes by itself every few seconds is of a
 * moment before it was written, and its accounts can be a block ahead of its blocks; so this asks for it, and no block is made meanwhile.
 * @throws AppError `chain-unreachable`
 */
export async function anvilSnapshot(rpc: Rpc, signal?: AbortSignal): Promise<Buffer> {
  await rpc.call('eth_chainId', [], { signal, patienceMs: PROBE_MS });
  try {
    await rpc.call('evm_setAutomine', [false], { signal });
    for (;;) {
      const before = await number(rpc, signal);
      const packed = await rpc.call<string>('anvil_dumpState', [true], { signal });
      const text = await promisify(gunzip)(Buffer.from(packed.slice(2), 'hex'));
      // A block that was under way when no more were to be made is in it or not, never half.
      const { best_block_number: best } = JSON.parse(text.toString()) as { best_block_number: number | string };
      if (before === Number(best) && before === await number(rpc, signal)) return text;
    }
  } finally {
    // Not under the signal: a chain that makes no blocks would stay behind.
    await rpc.call('evm_setAutomine', [true]);
    // What came meanwhile waits for the next transaction otherwise.
    const { pending } = await rpc.call<{ pending: string }>('txpool_status');
    if (Number(pending) > 0) await rpc.call('evm_mine');
  }
}
