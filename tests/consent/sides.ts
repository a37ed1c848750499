import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createGrantee } from '../../electron/app/consent/grantee.ts';
import { createOwnerConsent, type OwnerConsentOptions } from '../../electron/app/consent/owner.ts';
import { serveConsent } from '../../electron/app/consent/wire.ts';
import type { Backstage } from '../../electron/app/backstage.ts';
import { createJobs } from '../../electron/app/jobs.ts';
import { createPresence } from '../../electron/app/presence.ts';
import { accredit } from '../../electron/chain/deploy.ts';
import type { ApproveIn, RequestIn, RequestView } from '../../shared/api/consent.ts';
import type { Job } from '../../shared/api/app.ts';
import type { Channel, RecordingInfo, RecordingSource } from '../../shared/domain/recording.ts';
import { AppError } from '../../shared/errors.ts';
import { createWorld, until, type Person, type World } from '../market/world.ts';
import { CARE } from './kit.ts';

export type Side = Awaited<ReturnType<typeof openSide>>;
const DAY_US = 86_400_000_000;

/** A profile with both sides of consent up, as the session would have them. */
export async function openSide(world: World, who: Pick<Person, 'dir'>, options: OwnerConsentOptions & { resume?: boolean; notify?: Backstage['notify'] } = {}) {
  const parts = await world.parts(who);
  const jobs = createJobs();
  const b = {
    parts, chain: parts.chainNow, blobs: parts.blobsNow, jobs, presence: createPresence({ reads: parts.chainNow.reads, blobs: parts.blobsNow.store }),
    uploads: { get() { throw new AppError('file-not-found', 'There is no such upload.'); } } as unknown as Backstage['uploads'],
    settings: () => { throw new Error('not for these tests'); }, set: () => undefined, changed: () => undefined, notify: options.notify ?? (() => undefined),
  } satisfies Backstage;
  const owner = createOwnerConsent(b, { everyMs: 3_600_000, cutMs: () => 3_600_000, ...options });
  const grantee = createGrantee(b, { everyMs: 3_600_000 });
  const refused: AppError[] = [];
  const unserve = await serveConsent(owner, grantee, (error) => refused.push(error));
  if (options.resume !== false) { await owner.resume(); await grantee.resume(); }
  return {
    b, parts, jobs, owner, grantee, refused, address: parts.address, consent: owner.api, held: grantee.api,
    async done(started: { jobId: string } | Promise<{ jobId: string }>): Promise<NonNullable<Job['result']>> {
      const job = await jobs.ended((await started).jobId);
      if (job.state !== 'done') throw Object.assign(new AppError(job.error?.code ?? 'internal', job.error?.message ?? job.state, { hint: job.error?.hint ?? undefined }), { job });
      return job.result!;
    },
    async stop() { await jobs.stop(); await unserve(); await owner.close(); await grantee.close(); await parts.stop(); },
  };
}

/** A world with an owner and with those who ask, each accredited for its roles, and the side of each up. */
export async function createSides<Name extends string>(asking: Record<Name, number>, { keepers = 0 }: { keepers?: number } = {}) {
  const world = await createWorld({ keepers, validator: false });
  try {
    const [people, sides] = [{} as Record<Name | 'owner', Person>, {} as Record<Name | 'owner', Side>];
    people.owner = await world.person('owner');
    for (const name of Object.keys(asking) as Name[]) {
      people[name] = await world.person(name);
      await accredit(world.rpc, world.network, people[name].address, asking[name]);
    }
    for (const name of Object.keys(people) as Name[]) sides[name] = await openSide(world, people[name]);
    return { world, people, ...sides };
  } catch (error) { await world.stop(); throw error; }
}

/** Starts an owner's process (killed-owner.ts), and kills it when it has said how far it came. @returns what it said */
export async function killedOwner(...args: string[]): Promise<unknown> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('killed-owner.ts', import.meta.url)), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const told = await new Promise<string>((resolve) => { let text = ''; child.stdout.on('data', (part: Buffer) => { text += String(part); if (text.includes('\n')) resolve(text); }); child.once('exit', () => resolve('null')); });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null) { child.kill('SIGKILL'); await gone; }
  return JSON.parse(told);
}

export const HEART: Channel = { name: 'heart-rate', kind: 'heart-rate', unit: '/min', components: ['value'], decimals: 0, loinc: '8867-4' };
export const SPO2: Channel = { name: 'spo2', kind: 'spo2', unit: '%', components: ['value'], decimals: 1, loinc: '59408-5' };
/** Noon of a day of spring, so that recordings begin inside a day of the calendar. */
export const NOON = Date.parse('2026-05-04T12:00:00Z') * 1000;

/** Heart rate and oxygen, a row a minute: row i holds 60 + i % 40 and 95 + i % 5. */
export function vitals(days: number, { start = NOON, title = 'Vitals' }: { start?: number; title?: string } = {}): RecordingSource {
  const rows = days * 1440;
  async function* batches() {
    for (let from = 0; from < rows; from += 500) {
      const n = Math.min(500, rows - from);
      yield { t: Float64Array.from({ length: n }, (_, i) => start + (from + i) * 60_000_000), columns: [Int32Array.from({ length: n }, (_, i) => 60 + ((from + i) % 40)), Int32Array.from({ length: n }, (_, i) => 950 + ((from + i) % 5) * 10)] };
    }
  }
  return {
    draft: { title, source: { kind: 'fitbit', device: null, simulated: false, times: 'source' }, channels: [HEART, SPO2], nominalRateHz: null }, batches: batches(),
    finish: () => ({ report: { rowsRead: rows, rowsSkipped: 0, skipped: [], notes: [], sourceBytes: 0 }, annotations: [] }),
  };
}
export const keep = (side: Side, source = vitals(3)): Promise<RecordingInfo> => side.parts.recordings.add(source);

export const ask = (text: string, change: Partial<RequestIn> = {}): RequestIn => ({
  to: { invitation: text }, name: 'Dr. Lind', words: 'I would like to see how you sleep.', label: 'A. Berg', category: 'health', operations: 'read',
  scope: { channels: ['heart-rate', 'spo2'], days: { from: '2026-05-01', to: '2026-05-31' }, live: false }, purpose: CARE, seconds: 30 * 86_400, ...change,
});
export const answer = (r: Pick<RequestView, 'rightId'>, recordings: string[], change: Partial<ApproveIn> = {}): ApproveIn => ({
  rightId: r.rightId, scope: { channels: ['heart-rate'], days: { from: '2026-05-05', to: '2026-05-05' }, live: false }, operations: 'read', seconds: 86_400, recordings, datasets: [], ...change,
});

/** Invites, asks, and waits until the owner's app shows the request. */
export async function requested(owner: Side, grantee: Side, change: Partial<RequestIn> = {}): Promise<RequestView> {
  const invitation = await owner.consent.invite({ label: 'Dr. Lind' });
  const { rightId } = await grantee.held.request(ask(invitation.text, change));
  return seen(owner, rightId);
}
export async function seen(owner: Side, rightId: number): Promise<RequestView> {
  await until(() => owner.owner.base.reads.right(rightId) !== undefined, 'the request is there');
  return (await owner.consent.requests()).find((r) => r.rightId === rightId)!;
}
export const caughtUp = (side: Side, other: Side): Promise<void> => until(() => side.b.chain.reads.head() >= other.b.chain.reads.head(), 'the caches agree');

/** Rows that a grantee has in its profile, as heart rates by time. */
export async function rowsHeld(side: Side, rightId: number): Promise<{ t: number; columns: number[] }[]> {
  const rows: { t: number; columns: number[] }[] = [];
  const seen = new Set<string>();
  for (const o of side.grantee.store.opened(rightId)) {
    if (!o.recordingId || seen.has(o.recordingId)) continue;
    seen.add(o.recordingId);
    for await (const { t, columns } of side.grantee.store.recordings.read(o.recordingId)) for (let i = 0; i < t.length; i++) rows.push({ t: t[i]! + (o.facts.origin ?? 0), columns: columns.map((c) => c[i]!) });
  }
  return rows;
}
export { DAY_US };
