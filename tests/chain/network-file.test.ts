import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readNetwork } from '../../electron/chain/network-file.ts';
import { createRpc, redact } from '../../electron/chain/rpc.ts';

let dir: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-net-')); });
afterEach(() => rmSync(dir, { recursive: true, force: true }));
const a = `0x${'ab'.repeat(20)}`;
const good = { name: 'n', chainId: 5, rpcUrl: 'http://127.0.0.1:1', contracts: { accessManager: a, coin: a, participants: a, market: a }, deployedBlock: 0, confirmations: 2, allowSimulated: false, local: false };
const write = (content: unknown) => { const path = join(dir, 'n.json'); writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content)); return path; };

describe('network file', () => {
  it('is read', () => { expect(readNetwork(write(good))).toEqual(good); });
  it('is read with and without a registry of devices: older networks have none', () => {
    const newer = { ...good, contracts: { ...good.contracts, devices: a } };
    expect(readNetwork(write(newer))).toEqual(newer);
    expect(readNetwork(write(good)).contracts.devices).toBeUndefined();
    expect(() => readNetwork(write({ ...good, contracts: { ...good.contracts, devices: '0x12' } }))).toThrow('contracts.devices');
  });
  it('is read with and without a relayer', () => {
    expect(readNetwork(write({ ...good, relayer: 'https://relay.example' })).relayer).toBe('https://relay.example');
    expect(readNetwork(write(good)).relayer).toBeUndefined();
    for (const relayer of ['relay.example', 'file:///etc/passwd', '']) expect(() => readNetwork(write({ ...good, relayer }))).toThrow('relayer');
  });
  it.each([
    ['no JSON', '{', 'is no JSON'],
    ['a missing contract', { ...good, contracts: { coin: a } }, 'contracts.accessManager'],
    ['an address that is none', { ...good, contracts: { ...good.contracts, market: '0x12' } }, 'contracts.market'],
    ['an unknown field', { ...good, secret: 1 }, 'secret'],
    ['negative confirmations', { ...good, confirmations: -1 }, 'confirmations'],
  ])('with %s is refused, naming it', (_, content, part) => {
    expect(() => readNetwork(write(content))).toThrow(part);
  });
  it('that is not there is named with what to do', () => { expect(() => readNetwork('nowhere')).toThrow(/no network file nowhere/); });
});

describe('endpoint', () => {
  it('is named without what may be a key', () => {
    expect(redact('https://user:pass@node.example/v3/0123456789')).toBe('https://node.example');
  });
  it('that does not answer is named after the patience', async () => {
    await expect(createRpc('http://127.0.0.1:9', { patienceMs: 150 }).call('eth_chainId')).rejects.toMatchObject({ code: 'chain-unreachable', retryable: true, message: expect.stringContaining('127.0.0.1:9') as string });
  });
});
