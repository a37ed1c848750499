export { guessMapping } from './csv-mapping.ts';
export type { ImportFile, LentFile } from './file-blocks.ts';
export { openImports, type Imports } from './imports.ts';
export { previewImport, type PreviewOptions } from './preview.ts';
export type { ImportsOptions, ImportsReport, KnownRows } from './series.ts';
