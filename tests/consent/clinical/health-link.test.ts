import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { compactDecrypt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHealthLinkServer, type HealthLinkServer } from '../../../electron/api/health-link-server.ts';
import { serveHealthLinks } from '../../../electron/api/serve-health-links.ts';
import { createHealthLinks, type HealthLinks } from '../../../electron/app/consent/health-links.ts';
import { LinkPayload, openFile } from '../../../electron/consent/clinical/health-link.ts';
import { fhirIssues } from '../../../electron/fhir/validate.ts';
import type { AppEvent } from '../../../shared/api/app.ts';
import type { HealthLinkIn, HealthLinkView } from '../../../shared/api/consent.ts';
import { heartRate, profileParts } from './world.ts';

let world: Awaited<ReturnType<typeof profileParts>>;
let links: HealthLinks;
let server: HealthLinkServer;
let clock: number;
let seen: string[];
const DAY = 86_400_000;

beforeEach(async () => {
  world = await profileParts();
  clock = Date.UTC(2026, 10, 21);
  seen = [];
  links = createHealthLinks({
    parts: world.parts, now: () => clock, onOpened: (label, recipient) => seen.push(`${recipient} opened ${label}`),
    record: async (id) => ({ title: `Report ${id}`, mediaType: id === 1 ? 'application/fhir+json' : 'application/pdf', content: Buffer.from(id === 1 ? JSON.stringify({ resourceType: 'Observation', status: 'final', code: { text: 'Hb' } }) : '%PDF-1.7 not really'), issuedAt: 0 }),
  });
  server = await createHealthLinkServer({ door: links.door, host: '127.0.0.1', port: 0 });
  links.setAddress({ port: server.port });
  links.setServing({ port: server.port });
});
afterEach(async () => { await server.stop(); world.close(); });

const recording = async () => (await world.parts.recordings.add(heartRate(600))).id;
const input = async (more: Partial<HealthLinkIn> = {}): Promise<HealthLinkIn> => ({ label: 'For Dr. Ohm', expiresAt: clock + DAY / 2, recordings: [await recording()], entries: true, records: [], ...more });

/** A doctor's viewer: it has the link and nothing else. */
const viewer = {
  async manifest(link: string, body: unknown): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
    const response = await fetch(payloadOf(link).url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) });
    return { status: response.status, body: await response.json() as Record<string, unknown>, headers: response.headers };
  },
  async open(link: string, passcode?: string, embeddedLengthMax?: number): Promise<unknown[]> {
    const { status, body } = await viewer.manifest(link, { recipient: 'Dr. Ohm, Clinic North', passcode, embeddedLengthMax });
    expect(status).toBe(200);
    const out: unknown[] = [];
    for (const file of body['files'] as { contentType: string; location?: string; embedded?: string }[]) {
      const jwe = file.embedded ?? await (await fetch(file.location!)).text();
      const { plaintext } = await compactDecrypt(jwe, Buffer.from(payloadOf(link).key, 'base64url'));
      out.push(JSON.parse(new TextDecoder().decode(plaintext)));
    }
    return out;
  },
};
/** Read by hand, not by the code under test. */
const payloadOf = (link: string) => JSON.parse(Buffer.from(link.replace(/^shlink:\//, ''), 'base64url').toString('utf8')) as { url: string; key: string; exp: number; flag?: string; label: string; v: number };

describe('a doctor with nothing but the link', () => {
  it('decodes, posts, fetches, decrypts and has a valid summary; the person sees who opened it and when', async () => {
    world.entries.put('00aa00aa00aa00aa', { kind: 'weight', value: 71, unit: 'kg', time: clock - DAY, offsetMinutes: 0 });
    const made = await links.make(await input());
    const payload = payloadOf(made.link);
    expect(LinkPayload.parse(payload)).toEqual(payload);
    expect(Buffer.from(payload.key, 'base64url')).toHaveLength(32);
    expect(/\/shl\/([^/]+)\/m$/.exec(payload.url)![1]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(payload.url.length).toBeLessThanOrEqual(128);
    expect(payload).toMatchObject({ exp: Math.floor(made.expiresAt / 1000), label: 'For Dr. Ohm', v: 1 });
    expect(payload.flag).toBeUndefined();
    const [summary] = await viewer.open(made.link) as [{ resourceType: string; type: string }];
    expect(summary).toMatchObject({ resourceType: 'Bundle', type: 'document' });
    expect(fhirIssues(summary as never)).toEqual([]);
    expect(JSON.stringify(summary)).toContain('"8867-4"');
    expect(JSON.stringify(summary)).toContain('"29463-7"');
    expect(links.list()[0]!.opened).toEqual([{ at: clock, recipient: 'Dr. Ohm, Clinic North', times: 1 }]);
    expect(seen).toEqual(['Dr. Ohm, Clinic North opened For Dr. Ohm']);
  });
  it('gets stored records as files of their own', async () => {
    const made = await links.make(await input({ records: [1, 2] }));
    const [summary, fhir, pdf] = await viewer.open(made.link, undefined, 1_000_000) as [object, { resourceType: string }, { entry: { resource: { content: { attachment: { data: string; contentType: string } }[] } }[] }];
    expect(fhirIssues(summary as never)).toEqual([]);
    expect(fhir.resourceType).toBe('Observation');
    expect(fhirIssues(pdf as never)).toEqual([]);
    expect(Buffer.from(pdf.entry[0]!.resource.content[0]!.attachment.data, 'base64').toString()).toContain('%PDF-1.7');
  });
  it('opens a link with flag U by GET alone', async () => {
    const made = await links.make(await input({ direct: true, expiresAt: clock + 3 * DAY }));
    const { url, key, flag } = payloadOf(made.link);
    expect(flag).toBe('LU');
    expect((await fetch(url)).status).toBe(400);
    const response = await fetch(`${url}?recipient=${encodeURIComponent('Dr. Ohm')}`);
    expect(response.headers.get('content-type')).toBe('application/jose');
    const { content } = await openFile(await response.text(), key);
    expect(fhirIssues(JSON.parse(Buffer.from(content).toString()) as never)).toEqual([]);
    expect(links.list()[0]!.opened[0]!.recipient).toBe('Dr. Ohm');
    const ordinary = await links.make(await input());
    expect((await fetch(`${payloadOf(ordinary.link).url}?recipient=x`)).status).toBe(404);
  });
});

describe('a passcode', () => {
  it('is asked for, counted over the life of the link, and locks it for good', async () => {
    const made = await links.make(await input({ passcode: 'correct horse' }));
    expect(payloadOf(made.link).flag).toBe('P');
    expect((await viewer.manifest(made.link, { recipient: 'x' })).body).toMatchObject({ remainingAttempts: 9 });
    const wrong = await viewer.manifest(made.link, { recipient: 'x', passcode: 'Correct horse' });
    expect([wrong.status, wrong.body['remainingAttempts']]).toEqual([401, 8]);
    expect(await viewer.open(made.link, 'correct horse')).toHaveLength(1);
    // A right one gives nothing back of what was wasted.
    expect((await viewer.manifest(made.link, { recipient: 'x', passcode: 'no' })).body['remainingAttempts']).toBe(7);
    for (let left = 6; left >= 0; left--) expect((await viewer.manifest(made.link, { recipient: 'x', passcode: 'no' })).body['remainingAttempts']).toBe(left);
    expect((await viewer.manifest(made.link, { recipient: 'x', passcode: 'correct horse' })).status).toBe(404);
    expect(links.list()[0]).toMatchObject({ problem: expect.stringMatching(/locked/) as string, link: '' });
    expect(links.list()[0]!.opened).toHaveLength(1);
    expect(world.parts.db.prepare('SELECT count(*) FROM health_link_files').pluck().get()).toBe(0);
  });
  it('cannot be tried more often by asking at once', async () => {
    const made = await links.make(await input({ passcode: 'right' }));
    const answers = await Promise.all(Array.from({ length: 60 }, () => viewer.manifest(made.link, { recipient: 'x', passcode: 'wrong' })));
    expect(answers.filter((a) => a.status === 401).length).toBeLessThanOrEqual(10);
    expect(answers.every((a) => [401, 404, 429].includes(a.status))).toBe(true);
  });
});

describe('the end of a link', () => {
  const tries = async (view: HealthLinkView, link: string, location: string) => {
    expect((await viewer.manifest(link, { recipient: 'x' })).status).toBe(404);
    expect((await fetch(location)).status).toBe(404);
    expect(view).toMatchObject({ link: '' });
    expect(world.parts.db.prepare('SELECT count(*) FROM health_link_files').pluck().get()).toBe(0);
  };
  it('is at once when it is taken back, also for who holds a manifest', async () => {
    const made = await links.make(await input());
    const { body } = await viewer.manifest(made.link, { recipient: 'x' });
    links.revoke(made.id);
    await tries(links.list()[0]!, made.link, (body['files'] as { location: string }[])[0]!.location);
    expect(links.list()[0]).toMatchObject({ revokedAt: clock, problem: 'You took it back.' });
    expect(() => links.revoke('nothing')).toThrow(/no such health link/);
  });
  it('comes by itself, to the second', async () => {
    const made = await links.make(await input());
    const { body } = await viewer.manifest(made.link, { recipient: 'x' });
    clock = made.expiresAt - 1;
    expect((await viewer.manifest(made.link, { recipient: 'y' })).status).toBe(200);
    clock = made.expiresAt;
    expect((await viewer.manifest(made.link, { recipient: 'x' })).status).toBe(404);
    await tries(links.list()[0]!, made.link, (body['files'] as { location: string }[])[0]!.location);
  });
  it('comes with the erasure of what it shows', async () => {
    const [a, b] = [await input(), await input()];
    await links.make(a);
    await links.make(b);
    expect(links.revokeShowing({ recordingId: a.recordings[0]! })).toBe(1);
    expect(links.list().filter((l) => l.revokedAt !== null)).toHaveLength(1);
  });
  it('comes with the recording that it shows, however that goes', async () => {
    const it_ = await input();
    const made = await links.make(it_);
    const kept = await links.make(await input());
    await world.parts.recordings.remove(it_.recordings[0]!);
    links.sweep();
    expect((await viewer.manifest(made.link, { recipient: 'x' })).status).toBe(404);
    expect((await viewer.manifest(kept.link, { recipient: 'x' })).status).toBe(200);
  });
  it('a file is given once, and only for five minutes', async () => {
    const made = await links.make(await input());
    const locations = async () => ((await viewer.manifest(made.link, { recipient: 'x' })).body['files'] as { location: string }[])[0]!.location;
    const one = await locations();
    expect((await fetch(one)).status).toBe(200);
    expect((await fetch(one)).status).toBe(404);
    const late = await locations();
    clock += 5 * 60_000 + 1;
    expect((await fetch(late)).status).toBe(404);
  });
});

describe('hostile requests', () => {
  it('learn nothing and break nothing', async () => {
    const made = await links.make(await input());
    const { url } = payloadOf(made.link);
    const origin = new URL(url).origin;
    const post = (body: string, to = url) => fetch(to, { method: 'POST', body }).then(async (r) => { await r.text(); return r.status; });
    expect(await Promise.all(['', 'null', '[]', '{}', '{"recipient":""}', '{"recipient":7}', '{"recipient":"\\u0000"}', '{"recipient":"x","embeddedLengthMax":-1}', '{'.repeat(3000)].map((b) => post(b)))).toEqual(Array(9).fill(400));
    expect(await post(`{"recipient":"${'x'.repeat(5000)}"}`)).toBe(413);
    const bare = await fetch(url, { method: 'PUT' });
    expect(bare.status).toBe(405);
    for (const path of ['/', '/shl', '/shl/', '/shl/x/m', `/shl/${'A'.repeat(43)}/m`, '/shl/f/x', `/shl/f/${'A'.repeat(43)}`, '/api', '/../etc/passwd', `/shl/${'%41'.repeat(43)}/m`]) {
      expect([path, (await fetch(`${origin}${path}?recipient=x`)).status]).toEqual([path, 404]);
      expect([path, await post('{"recipient":"x"}', `${origin}${path}`)]).toEqual([path, path.startsWith('/shl/f/') ? 405 : 404]);
    }
    const preflight = await fetch(url, { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin'), preflight.headers.get('access-control-allow-headers')]).toEqual([204, '*', 'Content-Type']);
    // Not HTTP at all.
    await new Promise<void>((resolve) => { const s = connect(server.port, '127.0.0.1', () => s.write('\x16\x03\x01 hello\r\n\r\n')); s.on('data', () => undefined); s.on('close', () => resolve()); s.on('error', () => resolve()); });
    expect((await viewer.manifest(made.link, { recipient: 'x' })).status).toBe(200);
  });
  it('a name with control characters or without end is shown as a plain one', async () => {
    const made = await links.make(await input());
    await viewer.manifest(made.link, { recipient: `Dr.\u0007\nOhm${'!'.repeat(500)}` });
    const { recipient } = links.list()[0]!.opened[0]!;
    expect(recipient).toMatch(/^Dr\. Ohm!+$/);
    expect(recipient.length).toBeLessThanOrEqual(120);
  });
  it('one link cannot be opened without end', async () => {
    const made = await links.make(await input());
    const statuses: number[] = [];
    for (let i = 0; i < 35; i++) statuses.push((await viewer.manifest(made.link, { recipient: 'x' })).status);
    expect(statuses.slice(0, 30).every((s) => s === 200)).toBe(true);
    expect(statuses.slice(30).every((s) => s === 429)).toBe(true);
    clock += 61_000;
    expect((await viewer.manifest(made.link, { recipient: 'x' })).status).toBe(200);
  });
  it('its openings are told once a reader and day, and of a few readers; all of them are counted in bounded room', async () => {
    const made = await links.make(await input({ expiresAt: clock + 300 * DAY }));
    const token = /\/shl\/([^/]+)\/m$/.exec(payloadOf(made.link).url)![1]!;
    const open = async (recipient: string) => { clock += 3000; expect((await links.door.manifest(token, { recipient })).kind).toBe('files'); };
    const told = () => seen.splice(0).map((s) => s.split(' opened ')[0]);
    for (let i = 0; i < 4; i++) await open('Dr. Ohm');
    expect(told()).toEqual(['Dr. Ohm']);
    const dayOne = clock;
    expect(links.list()[0]).toMatchObject({ opened: [{ at: dayOne, recipient: 'Dr. Ohm', times: 4 }], times: 4 });
    clock += DAY;
    await open('Dr. Ohm');
    expect(told()).toEqual(['Dr. Ohm']);
    for (let i = 0; i < 300; i++) await open(`reader ${i}`);
    expect(told()).toEqual(['reader 0', 'reader 1', 'reader 2', 'reader 3']);
    const { opened, times } = links.list()[0]!;
    expect(times).toBe(305);
    expect(opened).toHaveLength(199);
    expect(opened[0]).toEqual({ at: clock, recipient: 'reader 299', times: 1 });
    expect(world.parts.db.prepare('SELECT count(*), sum(times) FROM health_link_openings').raw().get()).toEqual([200, 305]);
    clock += DAY;
    await open('Dr. Ohm');
    expect(told()).toEqual(['Dr. Ohm']);
  });
  it('a body that never ends is given up', async () => {
    const made = await links.make(await input());
    const answer = await new Promise<number | string>((resolve) => {
      const r = httpRequest(payloadOf(made.link).url, { method: 'POST', headers: { 'Content-Length': '1000000' } }, (res) => { res.resume(); resolve(res.statusCode!); });
      r.on('error', () => resolve('closed'));
      r.write(randomBytes(8192).toString('hex'));
    });
    expect([413, 'closed']).toContain(answer);
  });
});

it('is kept encrypted: neither text nor token nor key nor names are in the database', async () => {
  const made = await links.make(await input({ label: 'Very private label', passcode: 'a passcode 123' }));
  const { url, key } = payloadOf(made.link);
  await viewer.open(made.link, 'a passcode 123');
  world.parts.db.pragma('wal_checkpoint(TRUNCATE)');
  const bytes = readFileSync(join(world.dir, 'phdex.sqlite')).toString('latin1');
  for (const secret of ['Very private', /\/shl\/([^/]+)\//.exec(url)![1]!, key, 'Clinic North', 'a passcode', '8867-4', 'Composition']) expect([secret, bytes.includes(secret)]).toEqual([secret, false]);
});

describe('making a link', () => {
  it('refuses what shows nothing, has ended, or lasts for ever', async () => {
    for (const more of [{ recordings: [], entries: false }, { expiresAt: clock }, { expiresAt: clock + 400 * DAY }, { recordings: ['ffffffffffffffff'] }, { direct: true, passcode: '1234' }, { direct: true, records: [1] }]) {
      await expect(links.make(await input(more))).rejects.toMatchObject({ code: 'invalid-argument' });
    }
    expect(links.list()).toEqual([]);
  });
  it('leads where the person says', async () => {
    links.setAddress({ publicUrl: 'https://health.example.org/phdex/' });
    const made = await links.make(await input());
    expect(payloadOf(made.link).url).toMatch(/^https:\/\/health\.example\.org\/phdex\/shl\//);
    expect(made.problem).toBeNull();
    for (const bad of [{ publicUrl: 'javascript:x' }, { publicUrl: `https://${'x'.repeat(90)}.org` }, { port: 0 }, { port: 70_000 }, { host: 'a b' }]) expect(() => links.setAddress(bad)).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error);
    links.setAddress({ publicUrl: null });
    expect(links.list()[0]!.problem).toMatch(/this machine only/);
    links.setServing(null);
    expect(links.list()[0]!.problem).toMatch(/does not serve/);
  });
});

it('listens only while a link lives and the profile is unlocked', async () => {
  await server.stop();
  const listeners = new Set<(event: AppEvent) => void>();
  let unlocked = true;
  const serving = serveHealthLinks({ onEvent: (l) => { listeners.add(l); return () => listeners.delete(l); } }, () => (unlocked ? links : null));
  const tell = async () => { for (const l of listeners) l({ type: 'changed', topics: ['consent'] }); await serving.settled(); };
  const answers = () => fetch(`http://127.0.0.1:${server.port}/`).then((r) => r.status, () => 'closed');
  await serving.settled();
  expect(await answers()).toBe('closed');
  const made = await links.make(await input());
  await tell();
  expect(await answers()).toBe(404);
  expect((await viewer.manifest(made.link, { recipient: 'x' })).status).toBe(200);
  unlocked = false;
  await tell();
  expect(await answers()).toBe('closed');
  unlocked = true;
  await tell();
  expect((await viewer.manifest(made.link, { recipient: 'x' })).status).toBe(200);
  links.revoke(made.id);
  await tell();
  expect(await answers()).toBe('closed');
  await serving.stop();
  server = { port: server.port, stop: async () => undefined };
});
