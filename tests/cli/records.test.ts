import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractInterface } from '../../electron/chain/contracts.ts';
import { writeInvitation } from '../../electron/consent/invitation.ts';
import { Role, type Hex } from '../../shared/domain/chain.ts';
import { createWorld, PASSPHRASE, type Person, type World } from '../market/world.ts';

const CLI = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));
type Ran = { code: number; stdout: string; stderr: string };
const phdex = (args: string[]): Promise<Ran> =>
  new Promise((done) => execFile(process.execPath, [CLI, ...args], { env: { ...process.env, PHDEX_PASSPHRASE: PASSPHRASE, PHDEX_NETWORK: '' } }, (error, stdout, stderr) => done({ code: error ? Number(error.code) : 0, stdout, stderr })));
const result = (r: Ran) => { if (r.code !== 0) throw new Error(r.stderr); return JSON.parse(r.stdout.trim().split('\n').at(-1)!) as Record<string, unknown>; };
const report = (r: Ran) => JSON.parse(r.stderr.trim().split('\n').at(-1)!) as { code: string; error: string };

let world: World;
let [clinic, patient, registrar] = [] as unknown as [Person, Person, Person];
let invitation: string;
const as = (who: Person) => ['--profile', who.dir, '--network', world.networkFile, '--json'];
const rolesOf = async (address: string): Promise<number> => {
  const data = await world.rpc.call<Hex>('eth_call', [{ to: world.network.contracts.participants, data: contractInterface('participants').encodeFunctionData('accountOf', [address]) }, 'latest']);
  return Number((contractInterface('participants').decodeFunctionResult('accountOf', data)[0] as { roles: bigint }).roles);
};

beforeAll(async () => {
  world = await createWorld({ keepers: 0, validator: false });
  [clinic, patient, registrar] = await Promise.all([world.person('clinic'), world.person('patient'), world.person('registrar')]);
  const parts = await world.parts(patient);
  const { index, address } = parts.accounts.fresh('relationship', 'Clinic');
  invitation = join(world.dir, 'invitation.txt');
  const { chainId, contracts } = world.network;
  writeFileSync(invitation, writeInvitation({ v: 1, chainId, consent: contracts.consent!.toLowerCase() as Hex, account: address, key: `0x${Buffer.from(parts.wallet.account(index).encryptionPublicKey).toString('hex')}`, addresses: [] }));
  await parts.stop();
});
afterAll(() => world?.stop());

describe('phdex network accredit, suspend', () => {
  it('gives and takes each role', async () => {
    const change = (name: string, role: string) => phdex(['network', name, clinic.address, '--role', role, '--network', world.networkFile, '--json']);
    expect(result(await change('accredit', 'insurer'))).toMatchObject({ accredited: clinic.address, role: 'insurer' });
    expect(result(await change('accredit', 'institution'))).toMatchObject({ role: 'institution' });
    expect(result(await change('suspend', 'insurer'))).toMatchObject({ suspended: clinic.address });
    expect(await rolesOf(clinic.address)).toBe(Role.institution);
    expect((await change('accredit', 'king')).code).toBe(2);
  });
});

describe('phdex record', () => {
  it('goes from the institution to the patient', async () => {
    const issuing = phdex(['record', 'issue', '--to', invitation, '--title', 'Letter', '--text', 'Everything is well.', '--wait', ...as(clinic)]);
    // The patient comes when it is there.
    for (let tries = 0; ; tries += 1) {
      const { records } = result(await phdex(['record', 'list', ...as(patient)])) as { records: unknown[] };
      if (records.length > 0) break;
      if (tries > 30) throw new Error('no record came');
    }
    expect(result(await phdex(['record', 'accept', '1', ...as(patient)]))).toMatchObject({ recordId: 1, title: 'Letter' });
    expect(result(await issuing)).toMatchObject({ recordId: 1, stored: true });
    expect(result(await phdex(['record', 'show', '1', ...as(patient)]))).toMatchObject({ title: 'Letter', mediaType: 'text/plain', text: 'Everything is well.' });
    const out = join(world.dir, 'letter.txt');
    result(await phdex(['record', 'show', '1', '--out', out, ...as(patient)]));
    expect(readFileSync(out, 'utf8')).toBe('Everything is well.');
    expect(report(await phdex(['record', 'show', '1', '--out', out, ...as(patient)]))).toMatchObject({ code: 'invalid-argument' });
    expect(result(await phdex(['record', 'list', '--issued', ...as(clinic)]))).toMatchObject({ issued: [{ recordId: 1, title: 'Letter', stored: true }] });
  });

  it('says what is wrong', async () => {
    expect(report(await phdex(['record', 'issue', '--to', 'phdex:invite:abc', '--title', 'x', '--text', 'y', ...as(clinic)]))).toMatchObject({ code: 'invalid-argument' });
    expect(report(await phdex(['record', 'issue', '--to', invitation, '--title', 'x', ...as(clinic)]))).toMatchObject({ code: 'invalid-argument' });
    expect(report(await phdex(['record', 'issue', '--to', invitation, '--title', 'x', '--text', 'y', ...as(patient)]))).toMatchObject({ code: 'not-yours' });
    expect(report(await phdex(['record', 'accept', '7', ...as(patient)]))).toMatchObject({ code: 'blob-not-found' });
  });
});

describe('phdex emergency', () => {
  it('lists what may be opened, and refuses what may not', async () => {
    expect(result(await phdex(['emergency', 'list', ...as(clinic)]))).toMatchObject({ readable: [], opened: [], ofMine: [] });
    expect(report(await phdex(['emergency', 'open', '9', '--reason', 'ten letters at least', ...as(clinic)]))).toMatchObject({ code: 'dataset-unknown' });
    expect(report(await phdex(['emergency', 'open', '9', '--reason', 'short', ...as(clinic)]))).toMatchObject({ code: 'invalid-argument' });
    expect(report(await phdex(['emergency', 'mark', '9', ...as(patient)]))).toMatchObject({ code: 'dataset-unknown' });
    expect(report(await phdex(['emergency', 'contest', '9', '--reason', 'not me', ...as(patient)]))).toMatchObject({ code: 'access-unknown' });
  });
});

describe('phdex registrar', () => {
  it('is the registrar’s alone, and suspends in one transaction', async () => {
    const accredit = () => phdex(['registrar', 'accredit', patient.address, '--role', 'researcher', '--credential', 'licence 12', ...as(registrar)]);
    expect(report(await accredit())).toMatchObject({ code: 'not-yours' });
    expect(result(await phdex(['network', 'registrar', registrar.address, '--network', world.networkFile, '--json']))).toMatchObject({ registrar: true });
    const { salt } = result(await accredit()) as { salt: string };
    expect(salt).toMatch(/^0x[0-9a-f]{64}$/);
    expect(await rolesOf(patient.address)).toBe(Role.researcher);
    expect(result(await phdex(['registrar', 'suspend', patient.address, '--role', 'researcher', '--reason', 'expired', ...as(registrar)]))).toMatchObject({ suspended: true });
    expect(await rolesOf(patient.address)).toBe(0);
    expect(result(await phdex(['registrar', 'emergencies', ...as(registrar)]))).toMatchObject({ emergencies: [], reader: false });
  });

  it('has a key in the registry by one command, once, and is told whether reasons are sealed to it', async () => {
    const { key } = result(await phdex(['registrar', 'key', ...as(registrar)])) as { key: string };
    const entry = () => world.rpc.call<string>('eth_call', [{ to: world.network.contracts.participants, data: contractInterface('participants').encodeFunctionData('encryptionKeyOf', [registrar.address]) }, 'latest']);
    expect(await entry()).toBe(key);
    const before = await world.rpc.call('eth_getTransactionCount', [registrar.address, 'latest']);
    expect(result(await phdex(['registrar', 'key', ...as(registrar)]))).toMatchObject({ key, registrar: true });
    expect(await world.rpc.call('eth_getTransactionCount', [registrar.address, 'latest'])).toBe(before);
    expect(result(await phdex(['registrar', 'emergencies', ...as(registrar)]))).toMatchObject({ reader: true });
    result(await phdex(['network', 'registrar', registrar.address, '--off', '--network', world.networkFile, '--json']));
    expect(result(await phdex(['registrar', 'emergencies', ...as(registrar)]))).toMatchObject({ reader: false });
  });
});
