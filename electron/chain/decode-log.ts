import type { EventFragment, ParamType } from 'ethers';
import { AbiCoder } from 'ethers';
import type { ChainEvent } from './apply-event.ts';
import { contractInterface, type ContractKey } from './contracts.ts';

export type RawLog = { address: string; topics: string[]; data: string; blockNumber: string; blockHash: string; transactionHash: string; logIndex: string; blockTimestamp?: string };

type Shape = { fragment: EventFragment; indexed: ParamType[]; rest: readonly ParamType[] };
const coder = AbiCoder.defaultAbiCoder();

function fragmentsOf(key: ContractKey): Map<string, Shape> {
  const found = new Map<string, Shape>();
  contractInterface(key).forEachEvent((fragment) => found.set(fragment.topicHash, { fragment, indexed: fragment.inputs.filter((i) => i.indexed === true), rest: fragment.inputs.filter((i) => i.indexed !== true) }));
  return found;
}

/** One static word of the ABI; undefined for what needs the coder. */
function wordOf(type: string, hex: string): unknown {
  if (type.startsWith('uint')) return BigInt(hex);
  if (type === 'address') return `0x${hex.slice(-40)}`;
  if (type === 'bytes32') return hex;
  return undefined;
}

/**
 * Decodes logs of our contracts. Words of static types are cut by hand, which is several times faster than a general
 * decoder; everything else goes through ethers.
 */
export function createLogDecoder(addresses: Partial<Record<ContractKey, string>>): (log: RawLog, at: number) => ChainEvent | undefined {
  const byAddress = new Map(Object.entries(addresses).filter(([, a]) => a).map(([key, address]) => [address!.toLowerCase(), fragmentsOf(key as ContractKey)]));
  return (log, at) => {
    const shape = byAddress.get(log.address.toLowerCase())?.get(log.topics[0] ?? '');
    if (!shape) return undefined;
    const args: Record<string, unknown> = {};
    shape.indexed.forEach((param, i) => { const topic = log.topics[i + 1]!; args[param.name] = wordOf(param.type, topic) ?? coder.decode([param], topic)[0]; });
    if (shape.rest.length > 0) {
      if (shape.rest.every((p) => p.type.startsWith('uint') || p.type === 'address' || p.type === 'bytes32')) {
        shape.rest.forEach((p, i) => { args[p.name] = wordOf(p.type, `0x${log.data.slice(2 + 64 * i, 66 + 64 * i)}`); });
      } else {
        const values = coder.decode(shape.rest, log.data);
        shape.rest.forEach((p, i) => { const v = values[i] as unknown; args[p.name] = p.type.endsWith('[]') ? [...(v as Iterable<unknown>)] : v; });
      }
    }
    return { name: shape.fragment.name, args, block: Number(log.blockNumber), at, tx: log.transactionHash, logIndex: Number(log.logIndex) };
  };
}
