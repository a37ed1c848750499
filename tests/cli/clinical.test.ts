import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalNetwork, type LocalNetwork } from '../../electron/app/local-network.ts';
import { consentBundle } from '../../electron/consent/clinical/fhir/consent-out.ts';
import { receiptOf } from '../../electron/consent/receipts/receipt.ts';
import { signReceipt } from '../../electron/consent/receipts/sign.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { hex, rightFacts } from '../consent/clinical/facts.ts';

const CLI = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));
type Ran = { code: number; stdout: string; stderr: string };
const phdex = (...args: string[]): Promise<Ran> =>
  new Promise((resolve) => execFile(process.execPath, [CLI, ...args], { env: { ...process.env, PHDEX_PASSPHRASE: 'long enough words', PHDEX_NETWORK: '' } }, (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr })));
const result = (r: Ran) => JSON.parse(r.stdout.trim().split('\n').at(-1)!) as Record<string, never>;
const failure = (r: Ran) => JSON.parse(r.stderr.trim().split('\n').at(-1)!) as { code: string; error: string };

let dir: string;
let network: LocalNetwork;
const at = (name: string) => join(dir, name);
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'phdex-cli-clinical-'));
  network = await startLocalNetwork({ dir: at('chain') });
  expect((await phdex('wallet', 'create', '--profile', at('p'), '--json')).code).toBe(0);
});
afterAll(async () => { await network?.stop(); rmSync(dir, { recursive: true, force: true }); });

it('verify-receipt takes a good one without any profile, and refuses one with a field changed', async () => {
  const wallet = new Wallet(hex('41', 32));
  const { json } = await signReceipt(receiptOf(rightFacts({}, { owner: wallet.address.toLowerCase() as Hex })), { address: wallet.address as Hex, signTypedData: wallet.signTypedData.bind(wallet) });
  writeFileSync(at('good.json'), `${json}\n`);
  writeFileSync(at('bad.json'), json.replace('2026-03-30', '2027-03-30'));
  const good = await phdex('verify-receipt', at('good.json'));
  expect([good.code, good.stderr]).toEqual([0, '']);
  expect(good.stdout).toMatch(/✓ Signed by 0x[0-9a-f]{40}, who gave right 7[^]*You let Dr\. Ada Ohm/);
  expect(result(await phdex('verify-receipt', at('good.json'), '--json'))).toMatchObject({ ok: true, verified: true, rightId: 7 });
  const bad = await phdex('verify-receipt', at('bad.json'), '--json');
  expect(bad.code).not.toBe(0);
  expect(failure(bad)).toMatchObject({ code: 'proof-invalid', error: expect.stringMatching(/changed after it was signed/) as string });
  expect(failure(await phdex('verify-receipt', at('nothing.json'), '--json')).code).toBe('file-not-found');
});

it('read-consent shows what a FHIR Consent asks, and gives nothing', async () => {
  writeFileSync(at('consent.json'), JSON.stringify(consentBundle(rightFacts({}, { expiry: 4_000_000_000 }))));
  const read = await phdex('read-consent', at('consent.json'));
  expect(read.stdout).toMatch(/To Dr\. Ada Ohm: read health, heart-rate, steps, 2026-03-01 to 2026-03-30/);
});

describe('of a profile', () => {
  it('a FHIR Bundle comes in, and a summary of it goes out by a link that can be taken back', async () => {
    const observation = (value: number, second: number) => ({ resource: { resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] }, effectiveDateTime: `2026-10-01T10:00:0${second}Z`, valueQuantity: { value, system: 'http://unitsofmeasure.org', code: '/min' } } });
    writeFileSync(at('bundle.json'), JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [observation(61, 0), observation(63, 5)] }));
    const imported = await phdex('import', at('bundle.json'), '--profile', at('p'), '--json');
    expect(imported.code).toBe(0);
    const id = /"recording(?:Id)?":"([0-9a-f]{16})"|"id":"([0-9a-f]{16})"/.exec(imported.stdout)!.slice(1).find(Boolean)!;
    const made = await phdex('health-link', 'make', '--profile', at('p'), '--label', 'For Dr. Ohm', '--recordings', id, '--passcode', 'rose garden', '--hours', '2', '--json');
    expect(made.stderr).toBe('');
    const { link } = result(made) as unknown as { link: { id: string; link: string; passcode: boolean } };
    expect(JSON.parse(Buffer.from(link.link.slice('shlink:/'.length), 'base64url').toString())).toMatchObject({ flag: 'P', label: 'For Dr. Ohm', v: 1 });
    expect((await phdex('health-link', 'revoke', link.id, '--profile', at('p'))).stdout).toBe(`Taken back ${link.id}\n`);
    expect((await phdex('health-link', 'list', '--profile', at('p'))).stdout).toContain('You took it back.');
    expect(failure(await phdex('health-link', 'make', '--profile', at('p'), '--label', 'x', '--json')).code).toBe('invalid-argument');
    expect((await phdex('health-link', 'address', '--profile', at('p'), '--listen', '127.0.0.1:48999', '--url', 'https://h.example.org')).stdout).toContain('links begin with https://h.example.org');
  });

  it('everything is exported, readable by its owner alone', async () => {
    const r = await phdex('export-all', '--profile', at('p'), '--network', network.networkFile, '--folder', at('out'), '--json');
    expect(r.stderr).toBe('');
    const { path, files } = result(r) as unknown as { path: string; files: number };
    expect(readdirSync(at('out'))).toEqual([path.split('/').at(-1)]);
    expect(files).toBeGreaterThan(15);
    expect(readFileSync(join(path, 'README.txt'), 'utf8')).toContain('WHO GOT IT');
    expect(statSync(join(path, 'fhir/bundle.json')).mode & 0o077).toBe(0);
    expect(failure(await phdex('receipt', '1', '--profile', at('p'), '--network', network.networkFile, '--json')).code).toBe('access-unknown');
    expect(existsSync(join(path, 'rights/rights.json'))).toBe(true);
  });
});
