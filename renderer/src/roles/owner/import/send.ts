import type { ErrorView } from '../../../../../shared/api/common.ts';
import type { FileRef } from '../../../../../shared/api/imports.ts';
import { fileRefOf } from '../../../api/upload.ts';
import { t } from '../../../i18n/index.ts';
import { folderPath, type ImportSource } from './sources.ts';

/** As many files as one folder may have. */
const MAX_FILES = 20_000;

/** A source as the API wants it: by its path in the window, by its bytes in the browser. @throws ErrorView */
export async function refOf(source: ImportSource, onSent: (bytes: number) => void, signal: AbortSignal): Promise<FileRef> {
  if (source.kind === 'file') return fileRefOf(source.file, onSent, signal);
  const { files } = source;
  if (files.length === 0) throw { code: 'file-empty', message: t('import.folder.empty', { name: source.name }), hint: t('import.folder.empty.hint'), retryable: false } satisfies ErrorView;
  if (window.phdex) return { path: folderPath(window.phdex.pathOf(files[0]!.file), files[0]!.path) };
  if (files.length > MAX_FILES) throw { code: 'invalid-argument', message: t('import.folder.large', { name: source.name, max: MAX_FILES }), hint: t('import.folder.large.hint'), retryable: false } satisfies ErrorView;
  const sent: { upload: string; path: string }[] = [];
  let before = 0;
  for (const { file, path } of files) {
    const ref = await fileRefOf(file, (done) => onSent(before + done), signal);
    if ('upload' in ref) sent.push({ upload: ref.upload, path });
    before += file.size;
    onSent(before);
  }
  return { folder: source.name.slice(0, 200), files: sent };
}
