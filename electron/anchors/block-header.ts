import { decodeRlp, encodeRlp, keccak256, toBeHex } from 'ethers';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';

/** What a receipt needs of a block. */
export type BlockHeader = { /** keccak256 of the header's RLP. */ hash: Hex; number: number; stateRoot: Hex; /** Unix seconds. */ time: number };

/**
 * The fields of a header in the order of its RLP (yellow paper §4.4; EIP-1559, 4895, 4844, 4788, 7685), by their names in
 * JSON-RPC. Those after `nonce` were added by forks: a block has them up to its own fork.
 */
const FIELDS = [
  'parentHash', 'sha3Uncles', 'miner', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'logsBloom', 'difficulty', 'number', 'gasLimit', 'gasUsed', 'timestamp',
  'extraData', 'mixHash', 'nonce', 'baseFeePerGas', 'withdrawalsRoot', 'blobGasUsed', 'excessBlobGas', 'parentBeaconBlockRoot', 'requestsHash',
] as const;
const INTEGERS = new Set<string>(['difficulty', 'number', 'gasLimit', 'gasUsed', 'timestamp', 'baseFeePerGas', 'blobGasUsed', 'excessBlobGas']);
const REQUIRED = FIELDS.indexOf('nonce') + 1;
const at = { stateRoot: FIELDS.indexOf('stateRoot'), number: FIELDS.indexOf('number'), timestamp: FIELDS.indexOf('timestamp') };
/** No header is longer: the logs' bloom takes 256 bytes, the rest some 400. */
const MAX_HEADER_BYTES = 4096;

/** Shortest big-endian bytes, as RLP has integers: zero is empty. */
const integer = (quantity: string): string => (BigInt(quantity) === 0n ? '0x' : toBeHex(BigInt(quantity)));

/**
 * The header's RLP, made of what `eth_getBlockByHash` answers.
 * @throws AppError `chain-wrong` when it does not hash to the block's hash: the chain's headers have fields that this program does not know
 */
export function encodeHeader(block: Record<string, unknown> & { hash: Hex }): Hex {
  const fields: string[] = [];
  for (const [i, name] of FIELDS.entries()) {
    const value = block[name];
    if (typeof value !== 'string') { if (i < REQUIRED) throw new AppError('chain-wrong', `The endpoint's block has no ${name}.`, { hint: 'Use the endpoint of an Ethereum node.' }); break; }
    fields.push(INTEGERS.has(name) ? integer(value) : value);
  }
  const header = encodeRlp(fields) as Hex;
  if (keccak256(header) !== block.hash.toLowerCase()) {
    throw new AppError('chain-wrong', `The header of block ${Number(block.number as string)} does not hash to ${block.hash}.`, { hint: 'This chain has headers of its own kind; its blocks cannot be proven from outside.' });
  }
  return header;
}

/** Reads a header's RLP. @throws RangeError with what is wrong */
export function decodeHeader(header: Hex): BlockHeader {
  if (header.length > 2 + 2 * MAX_HEADER_BYTES) throw new RangeError('it is longer than any block header');
  let fields: unknown;
  const bytes = Buffer.from(header.slice(2), 'hex');
  try { fields = decodeRlp(bytes); } catch { throw new RangeError('it is no RLP'); }
  if (!Array.isArray(fields) || fields.length < REQUIRED || fields.some((f) => typeof f !== 'string')) throw new RangeError('it is no block header');
  if (encodeRlp(fields as string[]) !== header) throw new RangeError('it is not in the one form that RLP has');
  const stateRoot = fields[at.stateRoot] as Hex;
  if (stateRoot.length !== 66) throw new RangeError('its state root has not 32 bytes');
  return { hash: keccak256(bytes) as Hex, number: small(fields[at.number] as string), stateRoot, time: small(fields[at.timestamp] as string) };
}

function small(bytes: string): number {
  const value = bytes === '0x' ? 0 : Number(BigInt(bytes));
  if (!Number.isSafeInteger(value)) throw new RangeError('a number in it is too large');
  return value;
}
