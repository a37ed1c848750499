import type { Messages } from './messages.ts';

/** Entry of a stored directory. */
export type BlobEntry = { name: string; bytes: number };

export type Waiting = { signal?: AbortSignal; timeoutMs?: number };

/**
 * Content-addressed storage of sealed datasets. A dataset is one UnixFS directory (manifest.json and *.phdx); every
 * byte that comes back has been checked against its CID, whoever served it. Holds ciphertext only.
 */
export type BlobStore = {
  /** Adds the plain files of `dir` as one directory (CIDv1, raw leaves). The same files give the same CID. */
  addDirectory(dir: string, options?: { signal?: AbortSignal; onProgress?: (doneBytes: number, totalBytes: number) => void }): Promise<{ cid: string; bytes: number }>;
  /**
   * Bytes of one file of a directory, from here or from a connected peer.
   * @throws AppError `blob-not-found` no such name · `storage-timeout` nobody served it in time · `quota-exceeded` larger than maxBytes
   */
  readFile(cid: string, name: string, options?: Waiting & { maxBytes?: number }): AsyncIterable<Uint8Array>;
  list(cid: string, options?: Waiting): Promise<BlobEntry[]>;
  /** Fetches the whole directory and keeps it. Beyond `maxBytes` nothing is kept (`quota-exceeded`). With a signal, `timeoutMs` is what a single chunk may take. */
  pin(cid: string, options?: Waiting & { maxBytes?: number }): Promise<{ bytes: number }>;
  /** Lets go of a directory, or of several at once, and deletes the blocks that no other pin needs. @returns bytes freed */
  unpin(cid: string | readonly string[]): Promise<number>;
  isPinned(cid: string): Promise<boolean>;
  pins(): Promise<string[]>;
  /**
   * Shows, before coins move, that every file can be fetched: the directory, and of every file its root and its last
   * block, which nobody can serve who does not hold the file's tail. Fetches little.
   */
  probe(cid: string, options?: Waiting): Promise<{ files: number; bytes: number }>;
  /** Dials peers. @throws AppError `storage-unreachable` when none of them answers */
  connect(multiaddrs: readonly string[], options?: Waiting): Promise<void>;
  /** Where other peers reach this one. */
  addresses(): string[];
  storedBytes(): Promise<number>;
  /** Direct words with other people's nodes; a Kubo daemon has none. */
  messages?: Messages;
  stop(): Promise<void>;
};
