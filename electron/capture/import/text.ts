import { AppError } from '../../../shared/errors.ts';
import { LONGEST_LINE } from './file-blocks.ts';

/** The lines of a text, without their ends, in UTF-8 with or without a mark at its start; UTF-16 by its mark. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<{ text: string; line: number; ended: boolean }> {
  let decoder: TextDecoder | undefined;
  let rest = '';
  let line = 0;
  for await (const chunk of stream) {
    decoder ??= new TextDecoder(chunk[0] === 0xff && chunk[1] === 0xfe ? 'utf-16le' : 'utf-8');
    const text = rest + decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      yield { text: text.slice(from, text.charCodeAt(end - 1) === 13 && end > from ? end - 1 : end), line: ++line, ended: true };
      from = end + 1;
    }
    rest = text.slice(from);
    if (rest.length > LONGEST_LINE) throw new AppError('row-malformed', `Line ${line + 1} is longer than ${LONGEST_LINE} characters.`, { hint: 'This is not a file of samples; check the export.', details: { line: line + 1 } });
  }
  rest += decoder?.decode() ?? '';
  if (rest !== '') yield { text: rest.replace(/\r$/, ''), line: line + 1, ended: false };
}

/** The fields of one line of CSV; quotes as in RFC 4180. */
export function fieldsOf(text: string, delimiter = ','): string[] {
  if (!text.includes('"')) return text.split(delimiter);
  const out: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') { field += '"'; i++; } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === delimiter) { out.push(field); field = ''; } else field += c;
  }
  out.push(field);
  return out;
}

/** The first bytes as text, whatever is cut at the end. */
export const headText = (head: Uint8Array): string => new TextDecoder(head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(head).replace(/^\uFEFF/, '');
