import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import type { ReceiptVerdict } from '../../../shared/domain/anchor-receipt.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';
import { decodeHeader, encodeHeader } from '../../anchors/block-header.ts';
import { MAX_RECEIPT_BYTES, verifyReceipt } from '../../anchors/verify.ts';
import { readNetwork } from '../../chain/network-file.ts';
import { createRpc } from '../../chain/rpc.ts';

export type VerifyFileOptions = {
  receipt: string;
  /** File with the block's header: its RLP as bytes or as hexadecimal text, or the JSON that `eth_getBlockByHash` answers. */
  header?: string;
  /** As the reader knows it from the chain. */
  blockHash?: string;
  /** Address of the network's contract of anchors, as the reader knows it. */
  contract?: string;
  /** Network file, which names the contract, and whose endpoint is asked for the hash where nobody gave it; the one way that needs a node. */
  network?: string;
  signal?: AbortSignal;
};

/**
 * Verifies a file against its receipt, by anybody, without a wallet and without a node.
 * @throws AppError `file-not-found`, `invalid-argument` what was given for the block is none
 */
export async function verifyFile(path: string, options: VerifyFileOptions): Promise<ReceiptVerdict> {
  const text = readSmall(options.receipt, 'receipt').toString('utf8');
  const digest = await digestOf(path, options.signal);
  const network = options.network === undefined ? null : readNetwork(options.network);
  const contract = contractOf(options) ?? network?.contracts.anchors ?? null;
  const first = verifyReceipt(text, digest, blockHashOf(options), contract);
  if (!first.blockOpen || !network || !first.block) return first;
  const rpc = createRpc(network.rpcUrl, { patienceMs: 5000 });
  const chainId = Number(await rpc.call<string>('eth_chainId', [], { signal: options.signal }));
  if (chainId !== (JSON.parse(text) as { chain: { id: number } }).chain.id) throw new AppError('chain-wrong', `The receipt is of another chain than ${network.name}.`, { hint: 'Name the network that it was anchored on.' });
  const block = await rpc.call<{ hash: Hex } | null>('eth_getBlockByNumber', [`0x${first.block.number.toString(16)}`, false], { signal: options.signal });
  return block ? verifyReceipt(text, digest, block.hash, contract) : first;
}

async function digestOf(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  if (!existsSync(path) || !statSync(path).isFile()) throw new AppError('file-not-found', `There is no file ${path}.`, { hint: 'Name the file that the receipt is of.' });
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest();
}

function readSmall(path: string, what: string): Buffer {
  if (!existsSync(path)) throw new AppError('file-not-found', `There is no ${what} at ${path}.`, { hint: 'Check the path.' });
  if (statSync(path).size > MAX_RECEIPT_BYTES) throw new AppError('invalid-argument', `${path} is too large for a ${what}.`, { hint: 'Check the path.' });
  return readFileSync(path);
}

function contractOf({ contract }: VerifyFileOptions): Hex | undefined {
  if (contract !== undefined && !/^0x[0-9a-fA-F]{40}$/.test(contract)) throw new AppError('invalid-argument', `«${contract}» is no address of a contract.`, { hint: 'It is 0x and 40 hexadecimal digits; the network file has it as «anchors».' });
  return contract?.toLowerCase() as Hex | undefined;
}

function blockHashOf({ header, blockHash }: VerifyFileOptions): Hex | null {
  if (blockHash !== undefined && !/^0x[0-9a-fA-F]{64}$/.test(blockHash)) throw new AppError('invalid-argument', `«${blockHash}» is no hash of a block.`, { hint: 'It is 0x and 64 hexadecimal digits.' });
  if (header === undefined) return (blockHash?.toLowerCase() as Hex | undefined) ?? null;
  const bytes = readSmall(header, 'block header');
  let hash: Hex;
  try {
    const text = bytes.toString('latin1').trim();
    if (text.startsWith('{')) {
      const json = JSON.parse(text) as { result?: object };
      hash = decodeHeader(encodeHeader((json.result ?? json) as Parameters<typeof encodeHeader>[0])).hash;
    } else hash = decodeHeader(/^0x[0-9a-fA-F]+$/.test(text) ? (text.toLowerCase() as Hex) : `0x${bytes.toString('hex')}`).hash;
  } catch (cause) {
    throw new AppError('invalid-argument', `${header} holds no block header: ${cause instanceof Error ? cause.message : String(cause)}.`, { hint: 'Give its RLP, as bytes or as hexadecimal text, or what eth_getBlockByHash answers.', cause });
  }
  if (blockHash !== undefined && blockHash.toLowerCase() !== hash) throw new AppError('invalid-argument', `The header is of block ${hash}, not of ${blockHash}.`, { hint: 'Give one of the two.' });
  return hash;
}
