import { AppError } from '../../../shared/errors.ts';
import { shapeOf } from './shape-of.ts';

/** Characters of one element: a night of Oura has some tens of thousands. */
const LARGEST = 4 << 20;
const DEEPEST = 40;

const malformed = (name: string, what: string) => new AppError('row-malformed', `The file ${name} is not JSON that can be read: ${what}.`, { hint: 'Export it again.' });

/**
 * The elements of the arrays that stand at the top of a JSON text, or under the keys of the object at the top, one
 * at a time, each parsed on its own: the text may be longer than memory. Values under a key that are no array come whole.
 * @throws AppError `row-malformed`, `file-truncated`
 */
export async function* elementsOf(stream: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<{ key: string | null; value: unknown; index: number }> {
  const decoder = new TextDecoder('utf-8');
  /** Open brackets from the top. */
  const open: string[] = [];
  let key: string | null = null;
  let text = '';
  let from = -1;
  let i = 0;
  let index = 0;
  let inString = false;
  let escaped = false;
  let begun = false;
  let ended = false;
  let expectKey = false;
  let afterComma = false;
  /** How deep a value of its own stands: 1 in an array at the top, 1 or 2 within an object. */
  const level = () => (open[0] === '[' ? 1 : open.length >= 2 && inArray ? 2 : 1);
  let inArray = false;

  function parse(raw: string): unknown {
    try { return JSON.parse(raw) as unknown; } catch { throw malformed(name, `«${shapeOf(raw, 40)}»`); }
  }

  for await (const chunk of stream) {
    text = (from >= 0 ? text.slice(from) : '') + decoder.decode(chunk, { stream: true });
    i = from >= 0 ? i - from : 0;
    if (from >= 0) from = 0;
    if (text.length > LARGEST) throw malformed(name, `a value is longer than ${LARGEST} characters`);
    for (; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (inString) {
        if (escaped) escaped = false;
        else if (c === 92) escaped = true;
        else if (c === 34) inString = false;
        continue;
      }
      if (c === 32 || c === 10 || c === 13 || c === 9 || c === 0xfeff) continue;
      if (ended) throw malformed(name, 'there is text after its end');
      if (!begun) {
        if (c !== 91 && c !== 123) throw malformed(name, 'it is neither a list nor an object');
        begun = true;
        open.push(String.fromCharCode(c));
        expectKey = c === 123;
        continue;
      }
      const closes = c === 93 || c === 125;
      const depth = open.length;
      const top = depth === level();
      // A comma or a bracket at the level of values ends one.
      if (top && (c === 44 || closes)) {
        if (from >= 0) {
          const raw = text.slice(from, i);
          from = -1;
          afterComma = false;
          if (expectKey) throw malformed(name, `a key without a value: «${shapeOf(raw, 40)}»`);
          yield { key, value: parse(raw), index: index++ };
        }
        if (afterComma) throw malformed(name, 'a value is missing');
        if (c === 44) { afterComma = true; if (depth === 1 && open[0] === '{') expectKey = true; continue; }
        if (open.pop() !== (c === 93 ? '[' : '{')) throw malformed(name, 'its brackets do not match');
        if (depth === 2) inArray = false;
        if (open.length === 0) ended = true;
        continue;
      }
      if (c === 58 && expectKey && depth === 1) {
        const parsed = from >= 0 ? parse(text.slice(from, i)) : null;
        if (typeof parsed !== 'string') throw malformed(name, 'a key is missing');
        key = parsed;
        from = -1;
        expectKey = false;
        continue;
      }
      if (from < 0) {
        // An array under a key of the top: its elements come one by one.
        if (c === 91 && depth === 1 && open[0] === '{' && !expectKey) { open.push('['); inArray = true; afterComma = false; continue; }
        from = i;
      }
      if (c === 34) inString = true;
      else if (c === 91 || c === 123) {
        open.push(String.fromCharCode(c));
        if (open.length > DEEPEST) throw malformed(name, `it is nested deeper than ${DEEPEST}`);
      } else if (closes && open.pop() !== (c === 93 ? '[' : '{')) throw malformed(name, 'its brackets do not match');
    }
  }
  if (!ended) throw new AppError('file-truncated', `The file ${name} ends within its JSON.`, { hint: 'Copy or export it again.' });
}

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
/** A number, also one that was written as text. */
export const numberIn = (value: unknown): number => (typeof value === 'number' ? value : typeof value === 'string' && /^\s*[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\s*$/.test(value) ? Number(value) : NaN);
