import type { Backstage } from '../backstage.ts';
import type { RecordsApi } from './api-types.ts';
import { createEmergencies } from './emergencies.ts';
import { createRecords } from './records.ts';

/** Records and emergencies, as pages ask for them; what the owner does about emergencies is in the consent API. */
export function createRecordsApi(b: Backstage, parts = { records: createRecords(b), emergencies: createEmergencies(b) }): RecordsApi & { close(): void } {
  const { records, emergencies } = parts;
  return {
    records: records.records, accept: records.accept, content: records.content, issue: records.issue, issued: records.issued,
    emergency: emergencies.open, emergencyReadable: emergencies.readable, opened: emergencies.opened,
    close: emergencies.close,
  };
}
