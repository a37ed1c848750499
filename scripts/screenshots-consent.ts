import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createHost } from '../electron/app/host.ts';
import type { Host, ReadyApi } from '../electron/app/host-types.ts';
import { accreditOnLocalNetwork, fundOnLocalNetwork } from '../electron/app/local-network.ts';
import type { Purpose } from '../shared/domain/purpose.ts';

type Tools = {
  dir: string; host: Host; networkFile: string;
  job(h: Host, started: { jobId: string }): Promise<Record<string, unknown>>;
  until(what: () => boolean | Promise<boolean>, name: string, seconds?: number): Promise<void>;
  shoot(name: string, path: string | null, act?: (page: Page) => Promise<unknown>): Promise<void>;
};
const DAY = 86_400;
const ETHER = 10n ** 18n;
const CARE: Purpose = { v: 1, term: 'PersonalisedHealthcare', duo: [], words: 'After the infarction in May' };
const RESEARCH: Purpose = { v: 1, term: 'AcademicResearch', duo: ['DUO:0000006', 'DUO:0000021'], words: 'Sleep of people who work in shifts' };
const ALL = { channels: [], days: null, live: false };
const REASON = 'Found unconscious after a fall; nobody could be asked.';

type Sharing = Required<Pick<ReadyApi, 'consent' | 'grantee' | 'records' | 'studies'>>;
const sharing = (h: Host): ReadyApi & Sharing => h.ready() as ReadyApi & Sharing;

/** A clinic beside the person of the pictures: it asks, is given, issues, opens in an emergency and looks for data; and the other way round. */
export async function shootConsent({ dir, host, networkFile, job, until, shoot }: Tools, dataset: number): Promise<void> {
  await shoot('consent-inbox-empty', '/owner/consent');
  await shoot('held-gate', '/held/issue');
  const clinic = await createHost({ profile: join(dir, 'clinic'), kind: 'headless' });
  try {
    const { address } = await clinic.createWallet({ passphrase: 'the clinic of the pictures', remember: false });
    await fundOnLocalNetwork(networkFile, [address], 100n * ETHER);
    for (const who of [address, host.state().address!]) for (const role of ['institution', 'insurer', 'researcher'] as const) await accreditOnLocalNetwork(networkFile, who, role);
    await clinic.chooseNetwork({ kind: 'rpc', file: readFileSync(networkFile, 'utf8') });
    await until(() => clinic.state().phase === 'ready', 'the clinic is ready');
    const [own, theirs] = [sharing(host), sharing(clinic)];
    await until(() => host.state().roles.includes('institution') && clinic.state().roles.includes('institution'), 'both are accredited');

    // What the person is asked for, gives and keeps.
    const invitation = await own.consent.invite({ label: 'Klinikum Süd' });
    const ask = { to: { invitation: invitation.text }, name: 'Dr Ada Weber, Klinikum Süd', words: 'We spoke on Monday. I would like to see how you move.', label: 'A. Berg', category: 'health' as const, operations: 'read' as const, scope: ALL, purpose: CARE, seconds: 100 * DAY };
    const given = await theirs.grantee.request(ask);
    const answered = async (rightId: number) => { await until(async () => (await own.consent.requests()).some((r) => r.rightId === rightId), 'the request is seen'); return (await own.consent.requests()).find((r) => r.rightId === rightId)!; };
    const request = await answered(given.rightId);
    await job(host, await own.consent.approve({ rightId: given.rightId, scope: { ...ALL, channels: ['acceleration'] }, operations: 'read', seconds: 30 * DAY, recordings: request.candidates.flatMap((c) => (c.recordingId === null ? [] : [c.recordingId])).slice(0, 1), datasets: [] }));
    await until(async () => (await theirs.grantee.held()).some((r) => r.status === 'approved' && r.segments.length > 0), 'the clinic holds it');
    await job(clinic, await theirs.grantee.open(given.rightId));
    await theirs.grantee.request({ ...ask, name: 'Prof. Meyer, TU Ilmenau', words: '', purpose: RESEARCH, scope: { channels: ['heart-rate', 'spo2'], days: null, live: true }, seconds: 400 * DAY });
    const { rightId } = await theirs.grantee.request(ask);
    await answered(rightId);
    await shoot('consent-inbox', '/owner/consent');
    await shoot('consent-invite', '/owner/consent', (p) => p.getByRole('button', { name: 'Invite somebody' }).first().click({ timeout: 3000 }));
    await shoot('consent-request', `/owner/consent/requests/${rightId}`);
    await shoot('consent-request-all', `/owner/consent/requests/${rightId}`, (p) => p.getByRole('button', { name: 'Tick all that was asked for' }).click({ timeout: 3000 }));
    await shoot('consent-give', '/owner/consent/give');
    await shoot('consent-rights', '/owner/consent/rights');
    await shoot('consent-take-back', '/owner/consent/rights', (p) => p.getByRole('button', { name: /^Take back what/ }).first().click({ timeout: 3000 }));
    await shoot('consent-right', `/owner/consent/rights/${given.rightId}`);
    await job(clinic, await theirs.records.issue({ to: { invitation: invitation.text }, category: 'history', title: 'Discharge letter', mediaType: 'text/plain', content: { text: 'Dear colleague,\n\nwe report on our patient.' } }));
    await until(async () => (await own.records.records()).length > 0, 'the record is seen');
    await shoot('records-issued', '/owner/consent/records');
    await job(host, await own.records.accept((await own.records.records())[0]!.recordId));
    await shoot('records', '/owner/consent/records');
    await own.consent.setEmergencyReadable(dataset, true);
    await until(async () => (await theirs.records.emergencyReadable()).length > 0, 'it is readable');
    await job(clinic, await theirs.records.emergency({ datasetId: dataset, reason: REASON }));
    await until(async () => (await own.consent.emergencies()).length > 0, 'the emergency is seen');
    await shoot('emergencies', '/owner/consent/emergencies');
    await own.consent.makeHealthLink({ label: 'Dr House', passcode: '4711', expiresAt: Date.now() + 7 * DAY * 1000, recordings: [], entries: true, records: [] });
    await shoot('health-links', '/owner/consent/links');
    await shoot('health-link-new', '/owner/consent/links', (p) => p.getByRole('button', { name: 'Make a health link' }).first().click({ timeout: 3000 }));
    await shoot('match', '/owner/consent/match');
    await shoot('consent-history', '/owner/consent/history');

    // The same person as somebody that others share with.
    const back = await theirs.consent.invite({ label: 'A. Berg' });
    const asked = await own.grantee.request({ ...ask, to: { invitation: back.text }, label: 'Test person 7' });
    const { recordingId } = await job(clinic, await theirs.owner.simulate({ minutes: 30, seed: 9 }));
    await until(async () => (await theirs.consent.requests()).some((r) => r.rightId === asked.rightId), 'the clinic is asked');
    await job(clinic, await theirs.consent.approve({ rightId: asked.rightId, scope: { ...ALL, channels: ['acceleration'] }, operations: 'read', seconds: DAY, recordings: [String(recordingId)], datasets: [] }));
    await until(async () => (await own.grantee.held()).some((r) => r.segments.length > 0), 'the person holds it');
    await job(host, await own.grantee.open(asked.rightId));
    await own.grantee.request({ ...ask, to: { invitation: back.text }, label: 'Test person 8' });
    await shoot('held', '/held');
    await shoot('held-right', `/held/${asked.rightId}`, (p) => p.getByRole('button', { name: /^Look at it/ }).first().click({ timeout: 3000 }));
    await shoot('held-ask', '/held/ask');
    await shoot('held-quote', '/held/quote');
    await shoot('held-issue', '/held/issue');
    await shoot('held-emergency', '/held/emergency');
    await shoot('study-new', '/held/studies/new', (p) => p.getByLabel('Title').first().fill('How people walk'));
    await job(host, await own.studies.open({ criteria: { v: 1, title: 'How people walk', words: 'We look at how gait changes over the day.', specification: { version: 1 }, ageBands: [], sexes: [], since: null, purpose: RESEARCH }, kind: 'open', reward: '1000000000000000000', places: 2, minScore: 0, enrolSeconds: DAY, screenSeconds: 0, answerSeconds: 0, fillSeconds: 0, releaseSeconds: DAY }));
    await until(async () => (await own.studies.mine()).length > 0, 'the study is there');
    await shoot('studies-own', '/held/studies');
    await shoot('study-own', `/held/studies/${(await own.studies.mine())[0]!.callId}`);
    await shoot('studies', '/owner/consent/studies');
  } finally { await clinic.stop(); }
}
