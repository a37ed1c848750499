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
  10: {
    accounts: [{ idx: 0, address: hex('0a', 20), kind: 'relationship', label: Buffer.from('sealed label'), created_at: 1_700_000_020 }],
    forwards: [{ key: 'grant:1', account: 0, contract: 'consent', method: 'grant', nonce: 0, deadline: 1_700_000_999, request: '{}', state: 'signed', tx: null, receipt: null, created_at: 1_700_000_021 }],
    relay_use: [{ day: 19_675, account: hex('0b', 20), forwards: 3, gifts: 1, gas: 210_000 }],
  },
  11: {
    rights: [{ id: 1, owner, grantee: hex('f1', 20), category: 0, operations: 1, status: 'approved', expiry: 1_800_000_000, epoch: 1, scope_root: hex('91', 32), asked_root: hex('92', 32), purpose: hex('93', 32), encryption_key: hex('94', 32), details: '0x0102', envelope: hex('95', 32), requested_at: 1_700_000_022, decided_at: 1_700_000_023, ended_at: null, tx: hex('79', 32), block: 9 }],
    epochs: [{ owner, epoch: 1, at: 1_700_000_021 }],
    uses: [{ right_id: 1, owner, grantee: hex('f1', 20), operation: 1, record_hash: hex('96', 32), place: hex('00', 32), at: 1_700_000_024, tx: hex('7a', 32), block: 10, log_index: 0 }],
    records: [{ id: 1, issuer: hex('f1', 20), patient: owner, category: 1, digest: hex('97', 32), content_hash: hex('98', 32), cid: 'bafyrecord', sealed_key: '0x0304', corrects: 0, stored_hash: null, issued_at: 1_700_000_025, stored_at: null, tx: hex('7b', 32), block: 10 }],
    emergency_readable: [{ dataset_id: 1, owner, readable: 1, at: 1_700_000_026 }],
    emergencies: [{ access_id: 4, dataset_id: 1, institution: hex('f1', 20), owner, reason_hash: hex('99', 32), reason: '0x0506', at: 1_700_000_027, contested_at: null, contest_hash: null, tx: hex('7c', 32), block: 10 }],
    registrars: [{ address: hex('9a', 20), since: 1_700_000_002 }],
    stored_records: [{ record_id: 1, facts: Buffer.from('sealed facts'), content: Buffer.from('sealed content'), at: 1_700_000_028 }],
    issued_records: [{ digest: hex('97', 32), facts: Buffer.from('sealed facts'), at: 1_700_000_029 }],
  },
  12: {
    given_rights: [{ key: 'request:1', right_id: 1, account: 0, grantee: hex('f1', 20), scope_root: hex('91', 32), state: 'given', delivered: 1, sealed: Buffer.from('sealed facts'), created_at: 1_700_000_030_000 }],
    given_packets: [{ key: 'request:1', seq: 0, epoch: 0, packet: Buffer.from('sealed packet'), cid: 'bafydelivery', segments: 2, at: 1_700_000_030_000 }],
    live_cursors: [{ key: 'request:1', recording_id: '00112233445566aa', batch: 7, done: 0 }],
    live_epoch: [{ id: 1, epoch: 3, sealed: Buffer.from('sealed key') }],
    deliveries_under_way: [{ dir: '/home/her/profile/work/00aa.share' }],
    held_rights: [{ key: '00aa', right_id: 2, sealed: Buffer.from('sealed words'), created_at: 1_700_000_031_000 }],
    held_packets: [{ right_id: 2, seq: 0, packet: Buffer.from('sealed packet'), at: 1_700_000_032_000 }],
    held_opened: [{ right_id: 2, seq: 0, recording_id: '00112233445566bb', sealed: Buffer.from('sealed facts'), at: 1_700_000_033_000 }],
    held_recordings: [{ id: '00112233445566bb', info: Buffer.from('sealed info'), created_at: 1_700_000_033_000 }],
    appended: [{ right_id: 2, number: 0, mine: 1, state: 'sealed', sealed: Buffer.from('sealed addition'), at: 1_700_000_034_000 }],
  },
  13: {
    calls: [{ id: 1, researcher: hex('f1', 20), status: 'drawn', reward: '5000000000000000000', places: 2, enrol_until: 1_700_000_100, screen_period: 60, answer_period: 600, fill_period: 3600, release_period: 60, min_score: 50, commitment: hex('b0', 32), px: hex('b1', 32), py: hex('b2', 32), purpose: hex('b3', 32), criteria_hash: hex('b4', 32), criteria: Buffer.from('{}'), opened_block: 9, opened_at: 1_700_000_030, draw_block: 10, block_hash: hex('b5', 32), reveal_until: 1_700_000_700, seed: hex('b6', 32), drawn_entries: 3, first_offers: 2, answer_until: 1_700_001_300, drawn_at: 1_700_000_690, returned: null }],
    call_entries: [{ call_id: 1, idx: 0, owner, dataset_id: 1, status: 'approved', access_id: 5, reason_hash: null, share: null }, { call_id: 1, idx: 1, owner: hex('a2', 20), dataset_id: 2, status: 'struck', access_id: null, reason_hash: hex('b7', 32), share: null }],
    call_positions: [{ call_id: 1, position: 2, status: 'offered', answer_until: 1_700_001_400 }],
    strike_reasons: [{ call_id: 1, idx: 1, sealed: Buffer.from('sealed reason') }],
    eligible_answers: [{ question: 'ab'.repeat(32), owners: '[]', answer: '{}', at: 1_700_000_034_000 }],
  },
  14: {
    anchors: [{ account: owner, sequence: 1, root: hex('a0', 32), count: 3, previous: hex('00', 32), block: 11, at: 1_700_000_030, tx: hex('7d', 32) }],
    anchor_pending: [{ id: 4, kind: 'entry', ref: '00aa00aa00aa00aa', mark: Buffer.alloc(16, 1), sealed: Buffer.from('sealed digest'), created_at: 1_700_000_031_000 }],
    anchor_batches: [{ id: 1, root: hex('a0', 32), account: owner, count: 1, sealed: Buffer.from('sealed leaves'), state: 'anchored', tx: hex('7d', 32), gas: '72082', proof: '{}', created_at: 1_700_000_030_000 }],
    anchor_leaves: [{ batch_id: 1, idx: 0, kind: 'recording', ref: '00112233445566aa', mark: Buffer.alloc(16, 2) }],
    api_tokens: [{ id: 'f00d', name: 'clinic', hash: Buffer.alloc(32, 3), scopes: '["anchor"]', created_at: 1_700_000_032_000, expires_at: 1_800_000_000_000, revoked_at: null }],
    api_calls: [{ id: 1, at: 1_700_000_033_000, token_id: 'f00d', method: 'POST', route: '/v1/anchors', status: 202, code: null, ms: 4 }],
  },
  15: {
    health_links: [{ id: 'link-1', token_hash: Buffer.alloc(32, 5), sealed: Buffer.from('sealed link'), passcode: Buffer.alloc(48, 6), attempts_left: 9, created_at: 1_700_000_034_000, expires_at: 1_800_000_000_000, revoked_at: null }],
    health_link_files: [{ link_id: 'link-1', idx: 0, content_type: 'application/fhir+json', jwe: 'a.b.c.d.e' }],
    health_link_openings: [{ id: 1, link_id: 'link-1', at: 1_700_000_035_000, recipient: Buffer.from('sealed name') }],
    erasure_grants: [{ nonce: hex('c2', 32), sealed: Buffer.from('sealed rights') }],
  },
  16: {
    health_link_openings: [{ id: 1, link_id: 'link-1', at: 1_700_000_035_000, recipient: Buffer.from('sealed name'), times: 3 }],
    begun_issues: [{ mark: 'ce'.repeat(32), sealed: Buffer.from('sealed issue') }],
  },
  17: {
    known_rights: [{ right_id: 1, owner, grantee: hex('f1', 20), root: hex('92', 32) }],
    take_backs: [{ id: 1, owner, scope_root: hex('91', 32), epoch: null, at: 1_700_000_036_000 }],
    erasures_to_tell: [{ given_key: 'request:1', nonce: hex('c2', 32), tries: 2, next_at: 1_700_000_037_000, until: 1_707_776_037_000 }],
  },
};
