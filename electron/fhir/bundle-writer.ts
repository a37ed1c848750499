import type { FileHandle } from 'node:fs/promises';

export const urn = (uuid: string) => `urn:uuid:${uuid}`;
export const ref = (uuid: string) => ({ reference: urn(uuid) });

/** Writes a Bundle entry by entry: a resource is text in memory, a bundle never is. */
export function bundleWriter(file: FileHandle) {
  let first = true;
  return {
    /** @param head the Bundle without its entries */
    async begin(head: object): Promise<void> { await file.writeFile(`${JSON.stringify(head).slice(0, -1)},"entry":[`); },
    async entry(uuid: string, resource: object): Promise<void> {
      await file.writeFile(`${first ? '' : ','}\n${JSON.stringify({ fullUrl: urn(uuid), resource })}`);
      first = false;
    },
    async end(): Promise<void> { await file.writeFile('\n]}\n'); },
  };
}
