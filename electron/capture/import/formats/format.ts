import type { ImportFormat } from '../../../../shared/api/imports.ts';
import type { RecordingSource } from '../../../../shared/domain/recording.ts';
import type { Collector } from '../collector.ts';
import type { Container, Entry } from '../container.ts';
import type { ImportsOptions } from '../series.ts';
import type { ZoneClock } from '../zones.ts';

export type FormatId = ImportFormat;

export type FormatContext = {
  collector: Collector;
  container: Container;
  options: ImportsOptions;
  /** A clock of its own for each file: which pass of a repeated hour it is in is a matter of one file. */
  clock(): ZoneClock;
  /** Of this format's folder: the same for each of its files. */
  shared: Map<string, unknown>;
  /** To be awaited now and then: puts rows aside where too many are held, lets others run, throws where cancelled. */
  pause(): Promise<void>;
};

/**
 * One format of one file. `read` either gives the rows to the collector, or returns sources that read the file
 * themselves when they are followed.
 */
export type Format = {
  id: FormatId;
  /** By what is in it. The name counts only where the format itself tells its files apart by it. */
  matches(head: { text: string; bytes: Uint8Array; name: string }): boolean;
  read(entry: Entry, context: FormatContext): Promise<RecordingSource[] | void>;
};
