import { randomUUID } from 'node:crypto';
import type { Bundle } from '@medplum/fhirtypes';
import { assertFhir, fhirIssues, parseFhir } from '../../fhir/validate.ts';
import { entryOf } from './fhir/consent-out.ts';

export const FHIR_JSON = 'application/fhir+json';

/**
 * A stored record as a file of a health link: itself where it is valid FHIR R4, else a Bundle with a DocumentReference that
 * carries it, so that a viewer that knows FHIR can show it.
 */
export function recordFile(record: { title: string; mediaType: string; content: Uint8Array; issuedAt: number }): Uint8Array {
  if (/fhir\+json/.test(record.mediaType)) {
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(record.content);
      if (fhirIssues(parseFhir(text)).length === 0) return record.content;
    } catch { /* carried as it is */ }
  }
  const bundle: Bundle = {
    resourceType: 'Bundle', type: 'collection', timestamp: new Date().toISOString(),
    entry: [entryOf({
      resourceType: 'DocumentReference', id: randomUUID(), status: 'current', description: record.title, date: new Date(record.issuedAt).toISOString(),
      content: [{ attachment: { contentType: record.mediaType, title: record.title, data: Buffer.from(record.content).toString('base64') } }],
    })],
  };
  return Buffer.from(JSON.stringify(assertFhir(bundle, 'The record')), 'utf8');
}
