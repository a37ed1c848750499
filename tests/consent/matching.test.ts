/** Matching: what leaves the machine and what does not, who may be found, and a ranking that can be followed by hand. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { Wallet } from 'ethers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMatching, type Matching } from '../../electron/app/consent/matching.ts';
import { profileCid, readProfile, signProfile, withProfile } from '../../electron/consent/matching/profile.ts';
import { rankInstitutions, type Offer } from '../../electron/consent/matching/rank.ts';
import { httpMatcher, MatchRequest, questionLeaf } from '../../electron/consent/matching/service.ts';
import { addressesIn } from '../../electron/market/fetch-manifest.ts';
import { Role, type Hex } from '../../shared/domain/chain.ts';
import type { InstitutionProfile, MatchQuestion } from '../../shared/domain/matching.ts';
import { createWorld, refusal, type Person, type World } from '../market/world.ts';
import { certifier, type Certifier } from './certified.ts';

const address = (digit: string): Hex => `0x${digit.repeat(40)}`;
const clinic: InstitutionProfile = { v: 1, name: 'Heart Clinic', treats: ['cardiology', 'Sleep'], regions: ['Bern'], languages: ['de', 'fr-CH'], reads: ['ecg', 'heart-rate'], issuedAt: 1_790_000_000 };
const question: MatchQuestion = { v: 1, needs: ['cardiology', 'diabetes'], region: 'bern', languages: ['fr', 'en'], recordings: ['heart-rate', 'acceleration'] };

describe('the ranking', () => {
  const offers: Offer[] = [
    { account: address('3'), profile: clinic },
    { account: address('2'), profile: { v: 1, name: 'Silent Practice', treats: ['Cardiology'], issuedAt: 1 } },
    { account: address('1'), profile: { ...clinic, name: 'Far away', regions: ['Oslo'], languages: ['no'], reads: [] } },
    { account: address('4'), profile: { ...clinic, name: 'Something else', treats: ['dentistry'] } },
  ];
  it('gives points for reasons that add up, and names what is not known', () => {
    expect(rankInstitutions(question, offers)).toEqual([
      { account: address('3'), score: 65, unknown: [], reasons: [{ words: 'Treats cardiology', points: 30 }, { words: 'Does not name diabetes', points: 0 }, { words: 'Is in bern', points: 20 }, { words: 'Speaks fr', points: 10 }, { words: 'Works with heart-rate', points: 5 }] },
      { account: address('1'), score: 30, unknown: [], reasons: [{ words: 'Treats cardiology', points: 30 }, { words: 'Does not name diabetes', points: 0 }, { words: 'Is not in bern', points: 0 }, { words: 'Speaks none of your languages', points: 0 }, { words: 'Works with none of your recordings', points: 0 }] },
      { account: address('2'), score: 30, unknown: ['region', 'languages', 'recordings'], reasons: [{ words: 'Treats cardiology', points: 30 }, { words: 'Does not name diabetes', points: 0 }] },
    ]);
    const whole = rankInstitutions({ v: 1, needs: ['sleep'], region: 'Bern', languages: ['de'], recordings: ['ecg'] }, offers);
    expect(whole[0]).toMatchObject({ account: address('3'), score: 100 });
    expect(rankInstitutions({ v: 1, needs: ['sleep-medicine', 'neonatologie'], region: null, languages: [], recordings: [] }, [{ account: address('5'), profile: { v: 1, name: 'Nord', treats: ['Sleep Medicine', 'Néonatologie'], issuedAt: 1 } }])[0]!.score).toBe(60);
    expect(rankInstitutions(question, [...offers].reverse())).toEqual(rankInstitutions(question, offers));
  });
  it('asks for nothing that was not asked', () => {
    expect(rankInstitutions({ v: 1, needs: ['cardiology'], region: null, languages: [], recordings: [] }, offers).map((r) => [r.score, r.unknown])).toEqual([[60, []], [60, []], [60, []]]);
  });
});

describe('a profile', () => {
  const wallet = Wallet.createRandom();
  const account = wallet.address.toLowerCase() as Hex;
  const context = { chainId: 31337, participants: address('9') };
  const signer = { address: account, signTypedData: (d: object, t: never, v: never) => wallet.signTypedData(d, t, v) };
  it('is its account’s own word, for one network, in each field', async () => {
    const bytes = await signProfile(clinic, signer as never, context);
    expect(readProfile(bytes, account, context)).toEqual(clinic);
    const fails = (b: Uint8Array, a: Hex = account, c = context) => { try { readProfile(b, a, c); return 'read'; } catch (error) { return (error as { code?: string }).code; } };
    expect([fails(bytes, address('1')), fails(bytes, account, { ...context, chainId: 1 }), fails(bytes, account, { ...context, participants: address('8') })]).toEqual(['proof-invalid', 'proof-invalid', 'proof-invalid']);
    const text = Buffer.from(bytes).toString();
    for (const [from, to] of [['Heart', 'Heard'], ['cardiology', 'oncology__'], ['Bern', 'Genf'], ['"de"', '"da"'], ['ecg', 'ppg'], ['1790000000', '1790000001'], ['{', '{ '], ['"v":1', '"v":2']]) {
      expect([from, text.includes(from!), fails(Buffer.from(text.replace(from!, to!)))]).toEqual([from, true, 'proof-invalid']);
    }
  });
  it('stands beside the addresses in the registry, and is none', () => {
    const endpoint = '/ip4/1.2.3.4/tcp/1,/ip4/1.2.3.4/udp/2';
    const named = withProfile(endpoint, 'bafyone');
    expect([profileCid(endpoint), profileCid(named), addressesIn(named).join(','), withProfile(named, 'bafytwo')]).toEqual([null, 'bafyone', endpoint, `${endpoint},phdex:profile:bafytwo`]);
  });
});

describe('over a network', () => {
  let world: World;
  let certify: Certifier;
  let patient: Awaited<ReturnType<World['parts']>>;
  let matching: Matching;
  let recording: string;
  const servers: Server[] = [];
  const people: Person[] = [];

  beforeAll(async () => {
    world = await createWorld({ keepers: 0, validator: false });
    certify = certifier(world.rpc, world.network);
    for (const name of ['patient', 'clinic', 'service']) people.push(await world.person(name));
    const node = await world.open(people[0]!);
    recording = await world.record(node);
    await node.stop();
    patient = await world.parts(people[0]!);
    matching = createMatching({ parts: patient, chain: patient.chainNow, blobs: patient.blobsNow });
    await certify.accredit(people[1]!.address, Role.institution);
    await certify.accredit(people[2]!.address, Role.provider);
  });
  afterEach(async () => { for (const server of servers.splice(0)) await new Promise((done) => { server.closeAllConnections(); server.close(done); }); });
  afterAll(async () => { await world?.stop(); });

  const serve = async (answer: (body: string, request: IncomingMessage) => Promise<unknown>): Promise<{ url: string; seen: { head: string; body: string }[] }> => {
    const seen: { head: string; body: string }[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (c: Buffer) => chunks.push(c));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        seen.push({ head: JSON.stringify([request.method, request.url, request.rawHeaders]), body });
        answer(body, request).then((value) => { response.end(typeof value === 'string' ? value : JSON.stringify(value)); }, () => { response.statusCode = 500; response.end(); });
      });
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/match`, seen };
  };
  const fields = () => ({ needs: ['cardiology'], region: 'Bern', languages: ['de'], recordings: [recording] });

  it('an accredited institution is found by its profile, and not before, nor when it is suspended', async () => {
    expect(await matching.match(fields())).toEqual([]);
    const side = await world.parts(people[1]!);
    const own = createMatching({ parts: side, chain: side.chainNow, blobs: side.blobsNow });
    await side.chainNow.indexer.catchUp();
    const { v: _v, issuedAt: _at, ...offer } = clinic;
    await own.publishProfile({ ...offer, reads: ['acceleration'] });
    await patient.chainNow.indexer.catchUp();
    const rows = await matching.match(fields());
    expect(rows).toMatchObject([{ institution: { address: people[1]!.address, name: 'Heart Clinic', roles: expect.arrayContaining(['institution']) as string[], accredited: true }, score: 100 }]);
    // Registering addresses anew leaves the profile where it is.
    await side.chainNow.ensureRegistered(Role.customer, side.blobsNow.endpoint);
    expect(profileCid(side.chainNow.reads.participant(people[1]!.address)!.endpoint)).not.toBeNull();
    await certify.suspend(people[1]!.address, Role.institution);
    await patient.chainNow.indexer.catchUp();
    expect(await matching.match(fields())).toEqual([]);
    await certify.accredit(people[1]!.address, Role.institution);
    await patient.chainNow.indexer.catchUp();
    const stranger = createMatching({ parts: patient, chain: patient.chainNow, blobs: patient.blobsNow });
    expect((await refusal(stranger.publishProfile(offer))).code).toBe('not-yours');
  });

  it('sends the very fields and a right to them, and nothing else; the service can hold it to the chain', async () => {
    const service = await serve(async (body) => {
      const { question: asked, right } = MatchRequest.parse(JSON.parse(body));
      const [live] = await patient.chainNow.read('consent', 'isLive', [right.rightId, right.owner, questionLeaf(asked, right.salt as Hex)]);
      return live === true ? { v: 1, ranked: [{ account: people[1]!.address, score: 60, reasons: [{ words: 'Treats cardiology', points: 60 }], unknown: ['region'] }, { account: address('7'), score: 99, reasons: [{ words: 'Pays', points: 99 }], unknown: [] }] } : { v: 1, ranked: [] };
    });
    const rows = await matching.match(fields(), httpMatcher(service.url, people[2]!.address));
    // Who is not accredited is not shown, whatever a service says of it.
    expect(rows).toMatchObject([{ institution: { address: people[1]!.address, name: 'Heart Clinic' }, score: 60, unknown: ['region'] }]);
    const [{ head, body }] = service.seen as [{ head: string; body: string }];
    expect(JSON.parse(body)).toEqual({ question: { v: 1, needs: ['cardiology'], region: 'Bern', languages: ['de'], recordings: ['acceleration'] }, right: { rightId: expect.any(Number) as number, owner: expect.stringMatching(/^0x[0-9a-f]{40}$/) as string, salt: expect.stringMatching(/^0x[0-9a-f]{64}$/) as string } });
    const info = patient.recordings.get(recording)!;
    for (const secret of [patient.address, recording, info.title, String(info.startTime), String(info.createdAt), patient.chainNow.network.rpcUrl, patient.blobsNow.store.addresses()[0]!].filter((s) => s.length > 4)) expect([secret, (head + body).toLowerCase().includes(secret.toLowerCase())]).toEqual([secret, false]);
    expect(head).not.toMatch(/cookie|authorization|referer/i);
    // The right is of a fresh account, to the service alone, and ends by itself.
    const { rightId, owner } = (JSON.parse(body) as { right: { rightId: number; owner: Hex } }).right;
    expect(patient.accounts.indexOf(owner)).toBeTypeOf('number');
    const [live] = await patient.chainNow.read('consent', 'isLive', [rightId, owner, questionLeaf({ ...matching.question(fields()), needs: ['oncology'] }, `0x${'00'.repeat(32)}`)]);
    expect(live).toBe(false);
    const row = patient.db.prepare('SELECT grantee, category, operations, expiry FROM rights WHERE id = ?').get(rightId) as { grantee: string; category: number; operations: number; expiry: number };
    expect(row).toMatchObject({ grantee: people[2]!.address, category: 0, operations: 1 });
  });

  it('asks nobody without a right, over plain http elsewhere, or about what is not there', async () => {
    expect(() => httpMatcher('http://example.org/match', address('1'))).toThrow(/https/);
    expect((await refusal(httpMatcher('http://127.0.0.1:9/match', address('1')).rank(question, null))).code).toBe('access-unknown');
    expect((await refusal(matching.match({ ...fields(), recordings: ['00112233445566aa'] }))).code).toBe('invalid-argument');
  });

  it('takes no answer that is too long, no ranking, or a way to somewhere else', async () => {
    const answers: unknown[] = ['x'.repeat(600_000), 'no json', { v: 1 }, { v: 1, ranked: [{ account: 'me', score: 1, reasons: [], unknown: [] }] }, { v: 1, ranked: [], extra: createHash('sha256').digest('hex') }];
    for (const answer of answers) {
      const service = await serve(() => Promise.resolve(answer));
      expect((await refusal(matching.match(fields(), httpMatcher(service.url, people[2]!.address)))).code).toBe('storage-unreachable');
    }
  });
});
