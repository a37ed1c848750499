import { AppError } from '../../../shared/errors.ts';
import { shapeOf } from './shape-of.ts';

export type ImportFormat = 'csv' | 'wisdm';

const WISDM = /^\s*\d{1,6},[A-Z],-?\d+(\.\d+)?([eE][-+]?\d+)?,-?\d+(\.\d+)?([eE][-+]?\d+)?,-?\d+(\.\d+)?([eE][-+]?\d+)?;?\s*$/;

/**
 * Tells the format of a file by its first bytes.
 * @throws AppError `format-unknown` with what the first line looks like
 */
export function detectFormat(head: Uint8Array, path: string): ImportFormat {
  if (head.subarray(0, 4096).includes(0)) throw new AppError('format-unknown', `The file ${path} is not text.`, { hint: 'Export the recording as CSV with a header such as `t,x,y,z`.' });
  const lines = new TextDecoder().decode(head).split('\n');
  const first = lines.find((l) => l.trim() !== '' && !l.startsWith('#'));
  if (first === undefined) throw new AppError('file-empty', `The file ${path} holds no line.`, { hint: 'Export the recording again.' });
  if (WISDM.test(first)) return 'wisdm';
  if (/[a-zA-Z]/.test(first) && /[,;\t]/.test(first) && !first.trimStart().startsWith('{') && !first.trimStart().startsWith('<')) return 'csv';
  throw new AppError('format-unknown', `The first line of ${path} is neither a CSV header nor a WISDM line: «${shapeOf(first)}».`, { hint: 'Put a header such as `t,x,y,z` on the first line.' });
}
