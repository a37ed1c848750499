/** Joins what a stream gives, in memory: the stream has to have an end that whoever calls knows (`maxBytes` of a fetch, the length of a segment). */
export async function collectBytes(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** The other way: a stream of one chunk. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> { yield bytes; }
