import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { ROUTES } from '../../electron/api/rest/routes.ts';
import { createRestServer } from '../../electron/api/rest/server.ts';
import type { Host } from '../../electron/app/host-types.ts';
import { accreditOnLocalNetwork, fundOnLocalNetwork } from '../../electron/app/local-network.ts';
import { consentBundle } from '../../electron/consent/clinical/fhir/consent-out.ts';
import { openTokens } from '../../electron/app/rest/open-tokens.ts';
import { SCOPES } from '../../shared/api/rest.ts';
import type { Job } from '../../shared/api/app.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import type { Purpose } from '../../shared/domain/purpose.ts';
import { when } from '../app/host-kit.ts';
import { rightFacts } from '../consent/clinical/facts.ts';

/** What two people say to each other about a body: in no file of either, and on nobody's disk. */
export const SHARED = {
  label: 'Zwickelmann ward seven', name: 'Dr Zwickelmann', words: 'the tremor of your left hand', record: 'Sumatriptan fifty milligrams against aura', recordTitle: 'Letter on the aura', link: 'Second opinion Quellenhof',
  recipient: 'Reader Oberlechner', passcode: 'passcode-oberlechner', reason: 'Found unconscious at Hirschgraben', objection: 'It was not me at Hirschgraben', append: 'Measured by Zwickelmann',
} as const;

export type Tools = {
  call(path: string, input: unknown, of: Host): Promise<unknown>;
  done(path: string, input: unknown, of: Host): Promise<Job>;
  said: [string, string][]; plots: string[];
};
const PURPOSE: Purpose = { v: 1, term: 'PatientMonitoring', duo: [], words: SHARED.words };
const ANYTHING = { channels: [], days: null, live: false };

/** One person and one doctor use everything of sharing: pages' routes, the REST layer and a health link. */
export async function driveSharing({ call, done, said, plots }: Tools, { person, doctor, doctorDir, network, out, recordingId, datasetId, csv, passphrase }: { person: Host; doctor: Host; doctorDir: string; network: string; out: string; recordingId: string; datasetId: number; csv: string; passphrase: string }): Promise<void> {
  const mine = (path: string, input?: unknown) => call(path, input, person);
  const theirs = (path: string, input?: unknown) => call(path, input, doctor);
  /** What everything after it stands on. */
  const ended = async (path: string, input: unknown, of: Host): Promise<Job> => { const job = await done(path, input, of); if (job.state !== 'done') throw new Error(`${path} ${job.state}: ${job.error?.message}`); return job; };
  const answered = async <T>(answer: Promise<unknown>): Promise<T> => { const it = await answer; if (it instanceof Error) throw it; return it as T; };
  await doctor.createWallet({ passphrase, remember: false });
  await doctor.chooseNetwork({ kind: 'rpc', file: readFileSync(network, 'utf8') });
  const { address } = await when(doctor, (s) => s.phase === 'ready');
  await fundOnLocalNetwork(network, [address!], 10n ** 20n);
  for (const role of ['provider', 'researcher'] as const) await accreditOnLocalNetwork(network, address!, role);
  await when(doctor, (s) => s.roles.includes('provider') && s.roles.includes('researcher'), 60_000);

  const { text: invitation } = await mine('consent.invite', { label: SHARED.label }) as { text: string };
  for (const path of ['invitations', 'overview', 'requests', 'grants', 'emergencies', 'healthLinks']) await mine(`consent.${path}`);
  const ask = { to: { invitation }, name: SHARED.name, words: SHARED.words, label: SHARED.label, category: 'health', operations: 'read', scope: ANYTHING, purpose: PURPOSE, seconds: 3600 };
  const { rightId } = await answered<{ rightId: number }>(theirs('grantee.request', ask));
  const requests = async () => await mine('consent.requests') as { rightId: number }[];
  await vi.waitUntil(async () => (await requests()).some((r) => r.rightId === rightId), { timeout: 60_000, interval: 300 });
  const answer = { rightId, scope: ANYTHING, operations: 'read', seconds: 3600, recordings: [recordingId], datasets: [] };
  said.push(['approve', JSON.stringify(await ended('consent.approve', answer, person))]);
  await theirs('grantee.held');
  await ended('grantee.open', rightId, doctor);
  const [held] = await theirs('grantee.held') as { segments: { name: string; plot?: object }[] }[];
  await theirs('grantee.plot', { rightId, segment: held!.segments.find((s) => s.plot)!.name, range: { from: 0, to: 30e6, pixels: 200 } });
  const folder = join(out, 'doctor');
  mkdirSync(folder);
  await done('grantee.exportAs', { rightId, format: 'parquet', folder }, doctor);
  const file = join(folder, 'added.csv');
  writeFileSync(file, csv);
  // Nobody may add to health data: it is refused, with what is in the file unsaid.
  await done('grantee.append', { rightId, source: { path: file }, title: SHARED.append }, doctor);
  const second = await answered<{ rightId: number }>(theirs('grantee.request', ask));
  await vi.waitUntil(async () => (await requests()).some((r) => r.rightId === second.rightId), { timeout: 60_000, interval: 300 });
  await mine('consent.reject', second.rightId);
  const third = await answered<{ rightId: number }>(theirs('grantee.request', ask));
  await theirs('grantee.withdrawRequest', third.rightId);
  await mine('consent.trace', { limit: 100, offset: 0 });
  await mine('consent.receipt', rightId);
  // A clinic's FHIR Consent, and one that is none: what it says is kept nowhere.
  await answered(mine('consent.readConsent', { text: JSON.stringify(consentBundle(rightFacts({ purpose: PURPOSE }, { expiry: 4_000_000_000 }))) }));
  await mine('consent.readConsent', { text: JSON.stringify({ resourceType: 'Consent', title: SHARED.words }) });

  const issued = await ended('records.issue', { to: { invitation }, category: 'history', title: SHARED.recordTitle, mediaType: 'text/plain', content: { text: SHARED.record } }, doctor);
  const recordId = Number(issued.result?.recordId);
  await vi.waitUntil(async () => (await mine('records.records') as { recordId: number }[]).some((r) => r.recordId === recordId), { timeout: 60_000, interval: 300 });
  await ended('records.accept', recordId, person);
  // The doctor stands in the registry by now, with a key.
  said.push(['grant', JSON.stringify(await ended('consent.grant', { ...answer, rightId: undefined, grantee: address as Hex, category: 'health', purpose: PURPOSE }, person))]);
  await mine('records.content', recordId);
  for (const path of ['issued', 'emergencyReadable', 'opened']) await theirs(`records.${path}`);

  await mine('consent.setEmergencyReadable', { datasetId, readable: true });
  await vi.waitUntil(async () => (await theirs('records.emergencyReadable') as unknown[]).length > 0, { timeout: 60_000, interval: 300 });
  await done('records.emergency', { datasetId, reason: SHARED.reason }, doctor);
  const emergencies = async () => await mine('consent.emergencies') as { accessId: number }[];
  await vi.waitUntil(async () => (await emergencies()).length > 0, { timeout: 60_000, interval: 300 });
  await mine('consent.contest', { accessId: (await emergencies())[0]!.accessId, reason: SHARED.objection });

  const link = await answered<{ id: string; link: string }>(mine('consent.makeHealthLink', { label: SHARED.link, passcode: SHARED.passcode, expiresAt: Date.now() + 3_600_000, recordings: [recordingId], entries: true, records: [recordId] }));
  const { url } = JSON.parse(Buffer.from(link.link.replace(/^.*shlink:\//, ''), 'base64url').toString()) as { url: string };
  const token = /\/shl\/([^/]+)\/m/.exec(url)![1]!;
  for (const passcode of ['wrong-one', SHARED.passcode]) said.push(['a health link', JSON.stringify(await person.ready().healthLinks!.door.manifest(token, { recipient: SHARED.recipient, passcode }))]);
  await mine('consent.revokeHealthLink', link.id);
  await done('consent.exportAll', { folder: out }, person);
  await mine('consent.matchQuestion', { needs: ['cardiology'], region: null, languages: [], recordings: [recordingId] });
  await mine('consent.match', { needs: ['cardiology'], region: null, languages: [], recordings: [recordingId] });

  const anchored = await done('anchors.anchor', { recordings: [recordingId], entries: [] }, person);
  await done('anchors.anchorAll', undefined, person);
  for (const path of ['state', 'cost']) await mine(`anchors.${path}`);
  const [batch] = (await mine('anchors.batches', { limit: 10, offset: 0 }) as { rows: { id: number }[] }).rows;
  await mine('anchors.batch', batch!.id);
  await mine('anchors.leaves', { batch: batch!.id, limit: 10, offset: 0 });
  await mine('anchors.find', { kind: 'recording', ref: recordingId });
  const { receipt } = await answered<{ receipt: string }>(mine('anchors.receipt', { kind: 'recording', ref: recordingId }));
  await mine('anchors.verify', { receipt, digest: '00'.repeat(32), blockHash: null });
  said.push(['anchor', JSON.stringify(anchored)]);

  const criteria = { v: 1, title: 'Walks of many', words: '', specification: { version: 1 }, ageBands: [], sexes: [], since: null, purpose: { v: 1, term: 'AcademicResearch', duo: ['DUO:0000042'], words: '' } };
  await theirs('studies.eligible', { criteria, minScore: 0 });
  await theirs('studies.open', { criteria, kind: 'drawn', reward: '1', places: 1, minScore: 0, enrolSeconds: 600, screenSeconds: 60, answerSeconds: 60, fillSeconds: 60, releaseSeconds: 60 });
  await theirs('studies.mine');
  await mine('studies.calls');
  // Of no call that there is: each is refused with a sentence.
  await mine('studies.enrol', { callId: 99, datasetId });
  await mine('studies.leave', { callId: 99, index: 0 });
  for (const path of ['approvePlace', 'refusePlace']) await mine(`studies.${path}`, { callId: 99, position: 0 });
  await theirs('studies.entries', 99);
  await theirs('studies.strike', { callId: 99, index: 0, reason: 'of another kind' });
  await theirs('studies.accept', { callId: 99, index: 0 });
  await theirs('studies.finish', 99);

  await rest(doctor, doctorDir, { rightId, invitation, ask }, { said, plots });

  await theirs('grantee.handBack', rightId);
  const left = (await mine('consent.grants') as { rightId: number; status: string }[]).find((g) => g.status === 'approved');
  await mine('consent.revoke', left?.rightId ?? rightId);
  await mine('consent.revokeAll');
  await mine('account.accounts');
  await mine('account.collect', { addresses: [address] });
  await mine('account.collect', { addresses: [(await mine('account.accounts') as { address: string }[])[0]!.address] });
}

/** Every route of the REST layer, with a token and without. */
async function rest(host: Host, dir: string, { rightId, invitation, ask }: { rightId: number; invitation: string; ask: object }, { said, plots }: Pick<Tools, 'said' | 'plots'>): Promise<void> {
  const { tokens, close } = openTokens(dir);
  const { token } = tokens.create({ name: 'clinic', scopes: [...SCOPES], days: 1 });
  close();
  const lines: string[] = [];
  const server = await createRestServer({ host, batchMs: 50, log: (_level, event, fields) => { lines.push(JSON.stringify([event, fields])); } });
  const digest = 'ab'.repeat(32);
  const bodies: Record<string, unknown> = { postDigests: { digests: [digest] }, verifyReceipt: { receipt: '{}', digest, blockHash: null }, requestAccess: { ...ask, operations: 'read' }, issueRecord: { invitation, category: 'history', title: SHARED.recordTitle, mediaType: 'text/plain', text: SHARED.record } };
  const right = (await host.ready().grantee!.held()).find((r) => r.rightId === rightId)!;
  const params: Record<string, string> = { digest, rightId: String(rightId), segment: right.segments[0]!.name.replaceAll('/', '.'), jobId: '00000000-0000-4000-8000-000000000000' };
  try {
    // Handing back is done by the page: everything after it would be refused.
    for (const route of ROUTES.filter((r) => r.id !== 'handBack')) for (const bearer of [token, `${token.slice(0, -1)}!`, undefined]) {
      const path = route.path.replace(/\{(\w+)\}/g, (_all, name: string) => params[name]!);
      const response = await fetch(`${server.url}${path}`, { method: route.method, headers: { ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }), ...(bodies[route.id] === undefined ? {} : { 'content-type': 'application/json' }) }, body: bodies[route.id] === undefined ? undefined : JSON.stringify(bodies[route.id]) });
      const text = await response.text();
      if (bearer === token && route.id === 'segment') plots.push(text); else said.push([`REST ${route.id}`, text]);
      if (bearer !== token && response.status < 400) throw new Error(`${route.id} was answered without its token`);
    }
    said.push(['REST log', lines.join('\n')]);
    if (JSON.stringify(lines).includes(token.slice(20))) throw new Error('the token stands in the log');
  } finally { await server.stop(); }
}
