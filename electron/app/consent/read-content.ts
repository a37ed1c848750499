import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { IssueIn } from '../../../shared/api/records.ts';
import { AppError } from '../../../shared/errors.ts';
import { MAX_CONTENT_BYTES } from '../../consent/records/document.ts';
import type { Uploads } from '../uploads.ts';

const tooLong = () => new AppError('invalid-argument', `A record has at most ${MAX_CONTENT_BYTES / 2 ** 20} MiB.`, { hint: 'Choose a smaller file.' });

/** What a record is to hold, whole. @throws AppError `file-not-found`, `file-empty`, `invalid-argument` where it is too large */
export async function readContent(content: IssueIn['content'], uploads: Uploads): Promise<Uint8Array> {
  if ('text' in content) return Buffer.from(content.text, 'utf8');
  if ('upload' in content) {
    const file = uploads.get(content.upload);
    if (file.size > MAX_CONTENT_BYTES) throw tooLong();
    return file.read(0, file.size);
  }
  const file = await open(content.path, 'r').catch((cause: unknown) => { throw new AppError('file-not-found', `${basename(content.path)} cannot be opened.`, { hint: 'Choose the file again.', cause }); });
  try {
    const { size } = await file.stat();
    if (size > MAX_CONTENT_BYTES) throw tooLong();
    return await file.readFile();
  } finally { await file.close(); }
}
