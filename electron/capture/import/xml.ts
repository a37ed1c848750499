import { AppError } from '../../../shared/errors.ts';

const DEEPEST = 100;
/** Characters without the end of a tag. Apple's document type has some tens of thousands. */
const LONGEST = 8 << 20;
const MAX_ERRORS = 10_000;

export type XmlHandlers = {
  open(name: string, attributes: Record<string, string>, line: number): void;
  close?(name: string): void;
  text?(text: string): void;
  /** After each piece of the file. */
  pause?(): Promise<void>;
};

/**
 * Reads XML as it comes. The document type is passed over: neither entities that it declares nor files that it names are
 * ever read. Names come without their prefix. Stray characters are passed over and counted, as Apple's old exports have them.
 * @returns how many mistakes were passed over
 * @throws AppError `row-malformed`, `file-truncated`
 */
export async function readXml(stream: AsyncIterable<Uint8Array>, name: string, handlers: XmlHandlers): Promise<{ mistakes: number; truncated: boolean }> {
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser({ xmlns: false, position: true });
  const decoder = new TextDecoder('utf-8');
  const local = new Map<string, string>();
  const localOf = (full: string) => {
    let short = local.get(full);
    if (short === undefined) {
      short = full.slice(full.indexOf(':') + 1);
      if (local.size < 4096) local.set(full, short);
    }
    return short;
  };
  let depth = 0;
  let mistakes = 0;
  let sinceTag = 0;
  let closing = false;
  let truncated = false;
  let failure: AppError | undefined;
  const path: string[] = [];
  parser.on('error', () => {
    if (closing) truncated = true;
    else if (++mistakes > MAX_ERRORS) throw failure = new AppError('row-malformed', `The file ${name} is not XML that can be read (line ${parser.line}).`, { hint: 'Export it again.' });
  });
  parser.on('opentag', (tag) => {
    sinceTag = 0;
    if (++depth > DEEPEST) throw failure = new AppError('row-malformed', `The file ${name} is nested deeper than ${DEEPEST} on line ${parser.line}.`, { hint: 'This is not a file of samples; check the export.' });
    path.push(tag.name);
    handlers.open(localOf(tag.name), tag.attributes as Record<string, string>, parser.line);
  });
  parser.on('closetag', (tag) => {
    sinceTag = 0;
    // saxes tells of the end of a tag that was never begun as well.
    if (depth > 0) depth--;
    path.pop();
    handlers.close?.(localOf(tag.name));
  });
  if (handlers.text) parser.on('text', (text) => handlers.text!(text));
  try {
    for await (const chunk of stream) {
      sinceTag += chunk.length;
      if (sinceTag > LONGEST) throw new AppError('row-malformed', `The file ${name} has more than ${LONGEST} characters without a tag near line ${parser.line}.`, { hint: 'This is not a file of samples; check the export.' });
      parser.write(decoder.decode(chunk, { stream: true }));
      await handlers.pause?.();
    }
    closing = true;
    truncated = depth > 0;
    parser.close();
  } catch (error) {
    if (failure) throw failure;
    throw error instanceof AppError ? error : new AppError('row-malformed', `The file ${name} is not XML that can be read (line ${parser.line}).`, { hint: 'Export it again.', cause: error });
  }
  return { mistakes, truncated };
}
