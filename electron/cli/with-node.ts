import type { RecordsService } from '../app/consent/records-service.ts';
import { openNode } from '../app/node.ts';
import type { CommonOptions } from './options.ts';

export type Node = Awaited<ReturnType<typeof openNode>>;

/** Opens the profile for as long as `work` takes. */
export async function withNode<T>(options: CommonOptions, signal: AbortSignal, work: (node: Node) => Promise<T>): Promise<T> {
  const node = await openNode(options, { signal });
  try { return await work(node); } finally { await node.stop(); }
}

/** The same with its records and emergency accesses. */
export const withRecords = (options: CommonOptions, signal: AbortSignal, work: (service: RecordsService) => Promise<void>): Promise<void> => withNode(options, signal, async (node) => {
  const service = await node.recordsService();
  try { await work(service); } finally { await service.close(); }
});
