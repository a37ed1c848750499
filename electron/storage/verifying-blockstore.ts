import { hash } from 'node:crypto';
import { FsBlockstore } from 'blockstore-fs';
import type { CID } from 'multiformats/cid';
import { AppError } from '../../shared/errors.ts';

const SHA2_256 = 0x12;

/**
 * Blocks on disk, held against their CID each time they are read. Helia checks what comes from peers, but trusts the
 * disk: a flipped bit there would be served on and shown as good.
 */
export class VerifyingBlockstore extends FsBlockstore {
  override async put(...args: Parameters<FsBlockstore['put']>): Promise<CID> {
    try { return await super.put(...args); } catch (cause) {
      // FsBlockstore keeps of the cause nothing but its text.
      if (/\bENOSPC\b/.test((cause as Error).message)) throw new AppError('disk-full', 'The disk is full; a block of ciphertext could not be stored.', { hint: 'Free some space and try again; what was half-stored is removed.', cause });
      throw cause;
    }
  }

  override async *get(key: CID, options?: Parameters<FsBlockstore['get']>[1]): AsyncGenerator<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of super.get(key, options)) parts.push(part);
    const block = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    if (key.multihash.code === SHA2_256 && !hash('sha256', block, 'buffer').equals(key.multihash.digest)) {
      throw new AppError('blob-corrupt', `Block ${key.toString()} was changed on disk.`, { hint: 'Remove the folder of blocks of this profile; what is pinned can be fetched again from its keepers.' });
    }
    yield block;
  }
}
