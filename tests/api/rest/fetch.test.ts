import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRestServer, type RestServer } from '../../../electron/api/rest/server.ts';
import type { ReadyApi } from '../../../electron/app/host-types.ts';
import { restAccess, restTokens } from '../../../electron/app/rest/tokens.ts';
import { readParquet } from '../../../electron/datasets/parquet/reader.ts';
import { Role } from '../../../shared/domain/chain.ts';
import { answer, ask as asking, caughtUp, createSides, keep, seen, type Side } from '../../consent/sides.ts';
import { filesBelow, until, type World } from '../../market/world.ts';
import { smallHost } from '../../shell/small-host.ts';
import { client } from './client.ts';

let world: World;
let owner: Side;
let doctor: Side;
let server: RestServer;
beforeAll(async () => {
  ({ world, owner, doctor } = await createSides({ doctor: Role.provider }));
  const ready = { rest: restAccess(doctor.parts.db), grantee: doctor.held } as unknown as ReadyApi;
  server = await createRestServer({ host: { ...smallHost(), jobs: () => doctor.jobs.list(), ready: () => ready } });
});
afterAll(async () => { await server?.stop(); await doctor?.stop(); await owner?.stop(); await world?.stop(); });

it('a clinical platform asks over HTTP, sees the answer, fetches what it may read, and no more once it was taken back', async () => {
  const tokens = restTokens(doctor.parts.db);
  const ask = client(server.port, tokens.create({ name: 'ward', scopes: ['request', 'fetch'], days: 1 }).token);
  const asker = client(server.port, tokens.create({ name: 'desk', scopes: ['request'], days: 1 }).token);
  const info = await keep(owner);
  const invitation = await owner.consent.invite({ label: 'Dr. Lind' });

  // What the schema of the app refuses, HTTP refuses with the field.
  expect(await ask({ path: '/v1/requests', body: { ...asking(invitation.text), seconds: -1 } })).toMatchObject({ status: 400, json: { code: 'invalid-argument', detail: expect.stringContaining('seconds') as string } });
  expect((await ask({ path: '/v1/requests', body: asking('phdex:invite:nonsense') })).status).toBeGreaterThanOrEqual(400);
  const idempotent = { 'idempotency-key': 'visit-17' };
  const { status, json } = await ask({ path: '/v1/requests', body: asking(invitation.text), headers: idempotent });
  expect(status).toBe(201);
  // A retry asks nobody twice; the same key for something else is a mistake.
  expect((await ask({ path: '/v1/requests', body: asking(invitation.text), headers: idempotent })).json).toEqual(json);
  expect(((await ask({ path: '/v1/rights' })).json as { rights: unknown[] }).rights).toHaveLength(1);
  expect((await ask({ path: '/v1/requests', body: { ...asking(invitation.text), words: 'Another.' }, headers: idempotent })).status).toBe(422);
  expect((await ask({ path: '/v1/requests', body: asking(invitation.text), headers: { 'idempotency-key': 'a b' } })).status).toBe(400);
  const { rightId } = json as { rightId: number };
  expect((await ask({ path: `/v1/rights/${rightId}` })).json).toMatchObject({ rightId, status: 'pending', segments: [], label: 'A. Berg' });
  expect((await ask({ method: 'POST', path: `/v1/rights/${rightId + 1}/open` })).status).toBeGreaterThanOrEqual(400);

  const request = await seen(owner, rightId);
  await owner.done(owner.consent.approve(answer(request, [info.id])));
  await caughtUp(doctor, owner);
  await expect.poll(async () => (await ask({ path: `/v1/rights/${rightId}` })).json['status']).toBe('approved');

  expect((await asker({ method: 'POST', path: `/v1/rights/${rightId}/open` })).status).toBe(403);
  const started = await ask({ method: 'POST', path: `/v1/rights/${rightId}/open` });
  expect(started.status).toBe(202);
  const job = `/v1/jobs/${started.json['jobId'] as string}`;
  expect((await asker({ path: job })).status).toBe(404);
  await expect.poll(async () => (await ask({ path: job })).json['state']).toBe('done');
  expect((await ask({ path: job })).json).toMatchObject({ result: { segments: 1, rows: 1440 } });

  const right = (await ask({ path: `/v1/rights/${rightId}` })).json as { segments: { key: string; name: string; opened: boolean }[] };
  expect(right.segments).toMatchObject([{ name: 'heart-rate/day-000', key: 'heart-rate.day-000', opened: true }]);
  const path = `/v1/rights/${rightId}/segments/heart-rate.day-000`;
  const before = filesBelow(doctor.parts.profile.dir).map((f) => f.path);
  const bytes = Buffer.from(await (await fetch(`http://127.0.0.1:${server.port}${path}`, { headers: { authorization: `Bearer ${tokens.create({ name: 'ward', scopes: ['fetch'], days: 1 }).token}` } })).arrayBuffer());
  const values = [...readParquet(bytes, [{ name: 'value', decimals: 0 }], 'heart-rate/day-000')].flatMap((b) => [...b.columns[0]!]);
  expect(values).toEqual(Array.from({ length: 1440 }, (_, i) => 60 + ((720 + i) % 40)));
  // It left without a file that would stay.
  expect(filesBelow(doctor.parts.profile.dir).map((f) => f.path).filter((p) => !before.includes(p))).toEqual([]);
  expect((await ask({ path: `/v1/rights/${rightId}/segments/spo2.day-000` })).status).toBe(404);
  expect((await asker({ path })).status).toBe(403);

  await owner.consent.revoke(rightId);
  await caughtUp(doctor, owner);
  await until(async () => (await ask({ path: `/v1/rights/${rightId}` })).json['status'] === 'revoked');
  expect(await ask({ path })).toMatchObject({ status: 410, json: { code: 'access-expired' } });
  const again = await ask({ method: 'POST', path: `/v1/rights/${rightId}/open` });
  await expect.poll(async () => (await ask({ path: `/v1/jobs/${again.json['jobId'] as string}` })).json).toMatchObject({ state: 'failed', error: { code: 'access-expired' } });

  const trace = JSON.stringify(tokens.calls(500));
  for (const secret of [invitation.text, 'A. Berg', 'I would like to see']) expect(trace).not.toContain(secret);
  expect(trace).toContain('/v1/rights/{rightId}/segments/{segment}');
});
