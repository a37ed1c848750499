/** The part of yauzl 3.4 that we use; the package brings no types. */
declare module 'yauzl' {
  import type { Readable } from 'node:stream';
  export class RandomAccessReader { read(buffer: Buffer, offset: number, length: number, position: number, callback: (error: Error | null, bytesRead?: number) => void): void; _readStreamForRange(start: number, end: number): Readable; close(callback: (error?: Error) => void): void }
  export type Entry = { fileName: string; compressedSize: number; uncompressedSize: number; compressionMethod: number; generalPurposeBitFlag: number; externalFileAttributes: number };
  export type ZipFile = {
    entryCount: number;
    readEntry(): void;
    close(): void;
    on(event: 'entry', listener: (entry: Entry) => void): void;
    on(event: 'end' | 'close', listener: () => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    openReadStream(entry: Entry, callback: (error: Error | null, stream: Readable) => void): void;
  };
  export function fromRandomAccessReader(reader: RandomAccessReader, size: number, options: { lazyEntries: true; autoClose: false; validateEntrySizes: true; decodeStrings: true; strictFileNames: false }, callback: (error: Error | null, zip: ZipFile) => void): void;
  const yauzl: { RandomAccessReader: typeof RandomAccessReader; fromRandomAccessReader: typeof fromRandomAccessReader };
  export default yauzl;
}
