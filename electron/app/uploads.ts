/** Files that a page sent: their bytes rest encrypted under a key that only this process has, until they are used. */
export type Uploads = {
  put(name: string, body: AsyncIterable<Uint8Array>): Promise<{ upload: string; bytes: number }>;
  /** @throws AppError `file-not-found` */
  get(upload: string): { name: string; size: number; read(offset: number, length: number): Promise<Uint8Array> };
  remove(upload: string): Promise<void>;
  stop(): Promise<void>;
};
