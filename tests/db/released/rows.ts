/**
 * What a profile of each released version of the database could hold: one row or more of each table that a migration
 * made. A new migration adds its tables here; an old entry never changes, as the files that it stands for never do.
 */
export type Rows = Record<string, readonly Record<string, string | number | null | Uint8Array>[]>;

const hex = (fill: string, bytes: number) => `0x${fill.repeat(bytes)}`;
const owner = hex('a1', 20);
const keeper = hex('b2', 20);
const label = JSON.stringify({
  format: 'phdex/label/v1', title: 'Walks of April', description: 'Left wrist, outdoors', tags: ['wrist', 'walking'], dataTypes: ['acceleration'], channels: [{ name: 'acceleration', kind: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], rateHz: 50 }],
  durationSeconds: 7200, rows: 360000, device: 'Watch 4', demographics: { ageBand: '30-39', sex: 'female', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, simulated: false,
});

export const RELEASED: Record<number, Rows> = {
  1: {
    blocks: [{ number: 11, hash: hex('11', 32), parent: hex('10', 32), at: 1_700_000_011 }],
    cursor: [{ id: 1, chain_id: 31337, market: hex('cc', 20), number: 11, hash: hex('11', 32), anchor_number: 0, anchor_hash: hex('00', 32) }],
    participants: [{ address: owner, id: 1, roles: 1, encryption_key: hex('02', 33), endpoint: '/ip4/127.0.0.1/tcp/4001', stake: '0', earnings: '99000000000000000000', compensation: '0' }],
    datasets: [{ id: 1, owner, content_hash: hex('c0', 32), record_root: hex('c1', 32), nonce: hex('c2', 32), cid: 'bafyone', price: '5000000000000000000', version: 2, keepers_bps: 1000, validator_bps: 200, threshold: 2, status: 'certified', accepted_seats: 3, seats: 3, validator: hex('d4', 20), score: 87, report_hash: hex('c5', 32), published_block: 5, published_at: 1_700_000_005 }],
    seats: [{ dataset_id: 1, seat: 0, keeper, commitment: hex('e0', 32), status: 'accepted' }],
    accesses: [{ id: 3, dataset_id: 1, grantee: hex('f1', 20), kind: 'purchase', status: 'settled', px: hex('f2', 32), py: hex('f3', 32), version: 2, price: '5000000000000000000', deadline: 1_700_000_900, challenge_end: 1_700_000_950, seated_bits: 7, purpose: hex('f4', 32), opened_block: 8, opened_at: 1_700_000_008 }],
    releases: [{ access_id: 3, seat: 0, keeper, ex: hex('01', 32), ey: hex('02', 32), ct: hex('03', 48), status: 'standing', block: 9 }],
    balances: [{ address: owner, amount: '123456789012345678901234567890' }],
    history: [{ block: 5, log_index: 0, at: 1_700_000_005, tx: hex('77', 32), event: 'DatasetPublished', dataset_id: 1, access_id: null, actor: owner, subject: null, amount: null, details: '{}' }],
    undo: [{ id: 1, block: 11, statement: "DELETE FROM balances WHERE address = '0x0'" }],
    labels: [{ dataset_id: 1, content_hash: hex('c0', 32), label, error: null, tried_at: 1_700_000_006 }, { dataset_id: 2, content_hash: hex('c9', 32), label: null, error: 'blob-not-found', tried_at: 1_700_000_007 }],
  },
  2: {
    kv: [{ key: 'ipfs.port', value: '40123' }],
    recordings: [{ id: '00112233445566aa', info: '{"id":"00112233445566aa"}', created_at: 1_700_000_001 }],
    access_keys: [{ idx: 0, purpose: 'buy:1', px: hex('f2', 32), py: hex('f3', 32) }],
    kept_shares: [{ dataset_id: 9, seat: 2, sealed: Buffer.from('sealed share') }],
    dataset_keys: [{ nonce: hex('c2', 32), sealed: Buffer.from('sealed key') }],
    publications: [{ id: 'p1', state: 'sealed', publication: '{"id":"p1"}', updated_at: 1_700_000_004 }],
    outbox: [{ key: 'publish:p1', contract: 'market', method: 'publish', nonce: 4, raw: '0x02f8', hash: hex('78', 32), state: 'mined', receipt: '{}', created_at: 1_700_000_004 }],
  },
  3: { label_version: [{ id: 1, n: 2 }] },
  4: {
    notices: [{ id: 7, at: 1_700_000_012_000, kind: 'sale', params: '{"title":"Walks of April"}', link: '/owner/datasets/1', read: 1 }],
    noticed: [{ id: 1, block: 11, log_index: 3 }],
  },
  5: {
    manifests: [{ content_hash: hex('c0', 32), manifest: '{}', fetched_at: 1_700_000_013 }],
    purchases: [{ access_id: 3, recording: 'feedfacefeedface', verification: '{"checks":[]}', opened_at: 1_700_000_014 }],
    purchase_recordings: [{ id: 'feedfacefeedface', info: '{}', created_at: 1_700_000_014 }],
    exports: [{ access_id: 3, format: 'csv', path: '/home/her/out', bytes: 12, at: 1_700_000_015 }],
    purposes: [{ hash: hex('f4', 32), words: 'gait research' }],
    saved_searches: [{ id: 2, name: 'walks', search: '{"text":"walk"}', notify: 1, created_at: 1_700_000_016 }],
    saved_search_hits: [{ search_id: 2, dataset_id: 1, seen: 0 }],
    validator_checks: [{ dataset_id: 1, view: '{}', report_hash: hex('c5', 32), checked_at: 1_700_000_017 }],
    validator_reasons: [{ dataset_id: 1, reasons: '["rate is off"]', at: 1_700_000_018 }],
  },
  6: {
    recording_reports: [{ recording_id: '00112233445566aa', sealed: Buffer.from('sealed report') }],
    erasures: [{ nonce: hex('c2', 32), recording_id: null, bytes_freed: 4096, recording_erased: 1, certificate: '{}', erased_at: 1_700_000_019 }],
  },
  7: { manual_entries: [{ id: '00aa00aa00aa00aa', sealed: Buffer.from('sealed entry') }] },
  8: { fingerprint_tokens: [{ token: 281474976710655, dataset_id: 1 }] },
  9: { report_summaries: [{ dataset_id: 1, content_hash: hex('c0', 32), summary: '{"version":2}', seq: 1 }, { dataset_id: 2, content_hash: hex('c9', 32), summary: null, seq: 2 }] },
};
