import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Host } from '../../electron/app/host-types.ts';
import { accredit, fundAccounts } from '../../electron/chain/deploy.ts';
import { parseNetwork } from '../../electron/chain/network-file.ts';
import { createRpc } from '../../electron/chain/rpc.ts';
import { Role } from '../../shared/domain/chain.ts';
import { until } from '../market/world.ts';
import { done, filesWith, hostKit, PASSPHRASE, when } from './host-kit.ts';

const kit = hostKit();
afterAll(() => kit.close());
const out = join(kit.dir, 'out');
const SECRET = 'a passphrase for the backup';

/** Backs a profile up, ends it, and opens it from the backup as on another machine. */
async function moved(host: Host, name: string): Promise<Host> {
  const { path } = await done(host, host.backup({ path: join(out, `${name}.phdxbackup`), passphrase: SECRET }));
  await host.stop();
  const other = await kit.open(`${name}-moved`);
  await other.restoreBackup({ source: { path: String(path) }, passphrase: SECRET, remember: false });
  await other.unlock({ passphrase: PASSPHRASE, remember: false });
  await when(other, (s) => s.phase === 'ready' && s.sync?.state === 'live');
  return other;
}
/** What an owner sees of what it shares; grants as they are whether or not the other side answers. */
const ownerSees = async (host: Host, recordId: number, recordingId: string) => {
  const { consent, records, anchors, account } = host.ready();
  return {
    invitations: (await consent!.invitations()).map(({ account: index, address, label, used }) => ({ index, address, label, used })), grants: (await consent!.grants()).map((grant) => ({ ...grant, delivered: null })), record: await records!.content(recordId),
    links: (await consent!.healthLinks()).map(({ id, label, link }) => ({ id, label, link })), receipt: (await anchors!.receipt({ kind: 'recording', ref: recordingId })).receipt,
    accounts: await account.accounts(), notices: host.notices().map(({ kind, params }) => ({ kind, params })).filter((n) => n.kind !== 'backup-due' && n.params.kind !== 'backup'), events: (await consent!.trace({ limit: 100, offset: 0 })).rows.map((r) => [r.event, r.what]),
  };
};

it('a backup brings back both sides of sharing: accounts, rights, records, receipts, links, and what was opened', async () => {
  mkdirSync(out);
  const her = await kit.ready('owner');
  const lind = await kit.ready('doctor');
  for (const { host } of [her, lind]) await when(host, (s) => s.phase === 'ready');
  const network = parseNetwork(await kit.networkText(), 'kit');
  const rpc = createRpc(network.rpcUrl);
  await fundAccounts(rpc, [her.address, lind.address], 10n ** 20n);
  await accredit(rpc, network, lind.address, Role.provider);
  await when(lind.host, (s) => s.roles.includes('provider'));
  const [owner, doctor] = [her.host.ready(), lind.host.ready()];
  const csv = join(kit.dir, 'pulse.csv');
  writeFileSync(csv, `time,heart_rate\n${Array.from({ length: 600 }, (_, i) => `${new Date(Date.parse('2026-05-04T10:00:00Z') + i * 1000).toISOString()},${60 + (i % 30)}`).join('\n')}\n`);
  await done(her.host, owner.owner.importFile({ file: { path: csv }, skipMalformed: false }));
  const [recording] = await owner.owner.recordings();

  const { text: invitation } = await owner.consent!.invite({ label: 'Dr. Lind' });
  await owner.consent!.invite({ label: 'Somebody who never answers' });
  const scope = { channels: ['heart-rate'], days: null, live: false };
  const { rightId } = await doctor.grantee!.request({ to: { invitation }, name: 'Dr. Lind', words: '', label: 'Mrs. B', category: 'health', operations: 'read', scope, purpose: { v: 1, term: 'PatientMonitoring', duo: [], words: '' }, seconds: 3600 });
  await until(async () => (await owner.consent!.requests()).length === 1, 'the request is there');
  await done(her.host, owner.consent!.approve({ rightId, scope, operations: 'read', seconds: 3600, recordings: [recording!.id], datasets: [] }));
  await done(lind.host, doctor.grantee!.open(rightId));
  const { recordId } = await done(lind.host, doctor.records!.issue({ to: { invitation }, category: 'history', title: 'Letter', mediaType: 'text/plain', content: { text: 'No finding.' } })) as { recordId: number };
  await until(async () => (await owner.records!.records()).length === 1, 'the record is there');
  await done(her.host, owner.records!.accept(recordId));
  await owner.consent!.makeHealthLink({ label: 'Second opinion', expiresAt: Date.now() + 3_600_000, recordings: [recording!.id], entries: false, records: [] });
  await done(her.host, owner.anchors!.anchor({ recordings: [recording!.id], entries: [] }));
  await until(async () => (await owner.records!.records())[0]!.storedAt !== null, 'the cache knows that the record is kept');

  const before = await ownerSees(her.host, recordId, recording!.id);
  expect(before).toMatchObject({ invitations: [{ used: false }, { used: true }], grants: [{ rightId, status: 'approved' }], record: { text: 'No finding.' }, links: [{ label: 'Second opinion' }] });
  const [held] = await doctor.grantee!.held();
  const segment = held!.segments[0]!;
  expect(segment).toMatchObject({ opened: true });
  const range = { from: 0, to: 60e6, pixels: 64 };
  const plot = await doctor.grantee!.plot(rightId, segment.name, range);

  const [hers, his] = [await moved(her.host, 'owner'), await moved(lind.host, 'doctor')];
  expect(await ownerSees(hers, recordId, recording!.id)).toEqual(before);
  expect((await his.ready().grantee!.held())[0]).toEqual(held);
  expect(await his.ready().grantee!.plot(rightId, segment.name, range)).toEqual(plot);
  expect((await his.ready().records!.issued())[0]).toMatchObject({ recordId, title: 'Letter', stored: true });
  expect(filesWith(out, 'Dr. Lind', 'Mrs. B', 'No finding', 'SQLite')).toEqual([]);

  // They go on where they were: the next account is a new one, and what was given is taken back.
  const next = await hers.ready().consent!.invite({ label: 'After the move' });
  expect(before.accounts.map((a) => a.address)).not.toContain(next.address);
  await hers.ready().consent!.revoke(rightId);
  await until(async () => (await his.ready().grantee!.held())[0]!.status === 'revoked', 'the doctor hears of it');
}, 240_000);
