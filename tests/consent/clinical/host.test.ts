import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { linksOfHost, serveHealthLinks } from '../../../electron/api/serve-health-links.ts';
import { decodeLink, openFile } from '../../../electron/consent/clinical/health-link.ts';
import { fhirIssues, parseFhir } from '../../../electron/fhir/validate.ts';
import { ended, hostKit, PASSPHRASE, when } from '../../app/host-kit.ts';

const kit = hostKit();
afterAll(() => kit.close());

const freePort = () => new Promise<number>((resolve) => { const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address() as AddressInfo; s.close(() => resolve(port)); }); });

it('in the app: a link is made, served, opened, seen, and gone with a lock; everything is exported', async () => {
  const { host } = await kit.ready('her');
  await when(host, (s) => s.phase === 'ready');
  const { consent, owner, healthLinks } = host.ready() as Required<ReturnType<typeof host.ready>>;
  await owner.addEntry({ kind: 'weight', value: 71, unit: 'kg', time: Date.now(), offsetMinutes: 0 });
  healthLinks.setAddress({ port: await freePort() });
  const told: unknown[] = [];
  const serving = serveHealthLinks(host, linksOfHost(host), (facts) => told.push(facts));
  await serving.settled();
  expect(healthLinks.address().host).toBe('127.0.0.1');
  const { link, id } = await consent.makeHealthLink({ label: 'Dr. Ohm', expiresAt: Date.now() + 3_600_000, recordings: [], entries: true, records: [] });
  await serving.settled();
  expect(told).toEqual([{ port: healthLinks.address().port }]);
  const { url, key } = decodeLink(link);
  const ask = async () => { const r = await fetch(url, { method: 'POST', body: JSON.stringify({ recipient: 'Clinic North', embeddedLengthMax: 1e6 }) }); return { status: r.status, body: await r.json() as { files: { embedded: string }[] } }; };
  const { content } = await openFile((await ask()).body.files[0]!.embedded, key);
  expect(fhirIssues(parseFhir(Buffer.from(content).toString()))).toEqual([]);
  expect((await consent.healthLinks())[0]).toMatchObject({ id, opened: [{ recipient: 'Clinic North' }] });
  expect(host.notices()[0]).toMatchObject({ kind: 'health-link-opened', params: { label: 'Dr. Ohm', recipient: 'Clinic North' } });
  expect((await consent.trace({ limit: 10, offset: 0 })).rows[0]).toMatchObject({ event: 'HealthLinkOpened', what: 'Dr. Ohm: Clinic North' });

  const out = join(kit.dir, 'out');
  mkdirSync(out);
  const { jobId } = await consent.exportAll(out);
  expect((await consent.exportAll(out)).jobId).toBe(jobId);
  expect(await ended(host, { jobId })).toMatchObject({ state: 'done', error: null });
  const [folder] = readdirSync(out);
  expect(readFileSync(join(out, folder!, 'README.txt'), 'utf8')).toContain('Clinic North');
  await expect(consent.receipt(99)).rejects.toMatchObject({ code: 'access-unknown' });

  // A locked profile answers nobody, an unlocked one again.
  await host.lock();
  await expect.poll(() => fetch(url).then((r) => r.status, () => 'closed')).toBe('closed');
  await host.unlock({ passphrase: PASSPHRASE, remember: false });
  await when(host, (s) => s.phase === 'ready');
  await expect.poll(() => ask().then((a) => a.status, () => 'closed')).toBe(200);
  await host.ready().consent!.revokeHealthLink(id);
  await expect.poll(() => fetch(url).then((r) => r.status, () => 'closed')).toBe('closed');
  await serving.stop();
});
