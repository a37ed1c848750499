import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { apiRouter } from '../../electron/api/router.ts';
import { accredit, fundAccounts } from '../../electron/chain/deploy.ts';
import { createRpc } from '../../electron/chain/rpc.ts';
import { parseNetwork } from '../../electron/chain/network-file.ts';
import { Role } from '../../shared/domain/chain.ts';
import { consentBundle } from '../../electron/consent/clinical/fhir/consent-out.ts';
import { rightFacts } from '../consent/clinical/facts.ts';
import { until } from '../market/world.ts';
import { done, hostKit, when } from './host-kit.ts';

const kit = hostKit();
afterAll(() => kit.close());

describe('the app', () => {
  it('brings a request to an owner, an answer back, a delivery of what is recorded, and its end', async () => {
    const her = await kit.ready('owner');
    const lind = await kit.ready('doctor');
    for (const { host } of [her, lind]) await when(host, (s) => s.phase === 'ready');
    const network = parseNetwork(await kit.networkText(), 'kit');
    const rpc = createRpc(network.rpcUrl);
    await fundAccounts(rpc, [lind.address], 10n ** 20n);
    await accredit(rpc, network, lind.address, Role.provider);
    await when(lind.host, (s) => s.roles.includes('provider'));
    const [owner, doctor] = [her.host.ready(), lind.host.ready()];
    const csv = join(kit.dir, 'pulse.csv');
    writeFileSync(csv, `time,heart_rate\n${Array.from({ length: 600 }, (_, i) => `${new Date(Date.parse('2026-05-04T10:00:00Z') + i * 1000).toISOString()},${60 + (i % 30)}`).join('\n')}\n`);
    await done(her.host, owner.owner.importFile({ file: { path: csv }, skipMalformed: false }));

    // A clinic's FHIR Consent is a draft, and nothing is given by reading it.
    const { consent } = apiRouter.createCaller({ host: her.host });
    const facts = rightFacts({}, { expiry: 4_000_000_000 });
    expect(await consent.readConsent({ text: JSON.stringify(consentBundle(facts)) })).toMatchObject({ grantee: facts.right.grantee, granteeName: 'Dr. Ada Ohm', category: 'health', operations: 'read', scope: facts.scope });
    await expect(consent.readConsent({ text: '{"resourceType":"Consent"}' })).rejects.toThrow(/no valid FHIR R4 Consent/);
    await expect(consent.readConsent({ text: ' '.repeat(200_001) })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await owner.consent!.grants()).toEqual([]);

    const { text } = await owner.consent!.invite({ label: 'Dr. Lind' });
    const purpose = { v: 1 as const, term: 'PatientMonitoring' as const, duo: [], words: '' };
    const scope = { channels: ['heart-rate'], days: null, live: true };
    const { rightId } = await doctor.grantee!.request({ to: { invitation: text }, name: 'Dr. Lind', words: '', label: 'B', category: 'health', operations: 'read', scope, purpose, seconds: 3600 });
    await until(async () => (await owner.consent!.requests()).length === 1, 'the request is there');
    const [request] = await owner.consent!.requests();
    expect(request).toMatchObject({ rightId, problem: null, candidates: [{ channels: ['heart-rate'] }] });
    expect(await done(her.host, owner.consent!.approve({ rightId, scope, operations: 'read', seconds: 3600, recordings: [request!.candidates[0]!.recordingId!], datasets: [] }))).toEqual({ rightId, delivered: true });
    expect(await done(lind.host, doctor.grantee!.open(rightId))).toMatchObject({ segments: 1, rows: 600 });
    her.host.set({ liveSeconds: 5 });
    const { captures } = await owner.capture.start({ devices: [], simulated: { rateHz: 25 } });
    await until(async () => ((await owner.consent!.grants())[0]!.live?.deliveries ?? 0) > 0, 'something is delivered while it is recorded');
    await owner.capture.stop({ id: captures[0]! });
    expect(Number((await done(lind.host, doctor.grantee!.open(rightId))).segments)).toBeGreaterThan(0);
    expect((await doctor.grantee!.held())[0]!.segments.every((s) => s.opened && s.name.includes('heart-rate/'))).toBe(true);
    expect(await owner.consent!.overview()).toMatchObject({ pending: 0, live: 1 });
    expect((await owner.consent!.trace({ limit: 10, offset: 0 })).rows.map((r) => r.event)).toContain('AccessUsed');
    expect((await owner.consent!.receipt(rightId)).rightId).toBe(rightId);
    for (const { host } of [her, lind]) expect(host.notices().map((n) => n.kind)).toContain(host === her.host ? 'access-requested' : 'access-granted');
    expect(await owner.consent!.revokeAll()).toEqual({ accounts: 1, rights: 1, failed: [] });
    await until(async () => (await doctor.grantee!.held())[0]?.status === 'ended', 'the grantee sees the end');
    await expect(done(lind.host, doctor.grantee!.open(rightId))).rejects.toThrow(/ended/);
  });
});
