import { Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { createTalk, MAX_SKEW, type Signer } from '../../electron/consent/talk.ts';
import { canonicalBytes } from '../../electron/vault/manifest.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { address } from './kit.ts';

const network = { chainId: 31337, consent: address('1') };
const signer = (): Signer => { const w = Wallet.createRandom(); return { address: w.address.toLowerCase() as Hex, signTypedData: (d, t, v) => w.signTypedData(d, t, v) }; };
const grantee = signer();
const peers = { local: 'peer-of-grantee', remote: 'peer-of-owner' };
const turned = { local: peers.remote, remote: peers.local };
const body = { from: 0, names: ['ecg/day-000'] };
const refused = expect.objectContaining({ code: 'access-unknown' });

describe('signed messages', () => {
  it('are read by whom they are for, once', async () => {
    const talk = createTalk(network);
    const bytes = await createTalk(network).write('fetch', 7, body, grantee, peers);
    const heard = talk.read(bytes, turned);
    expect(heard).toEqual({ kind: 'fetch', rightId: 7, from: grantee.address, body, once: expect.any(Function) as unknown });
    heard.once();
    expect(() => heard.once()).toThrowError(refused);
    expect(() => talk.read(bytes, turned).once()).toThrowError(refused);
  });

  it('are remembered once they are taken, each signer’s to a bound of its own and for as long as they could come again', async () => {
    let time = Math.floor(Date.now() / 1000);
    const talk = createTalk({ ...network, now: () => time, perSigner: 3 });
    const said = async (who: Signer) => talk.read(await talk.write('fetch', 7, body, who, peers), turned);
    // Nobody took what these said.
    const stranger = signer();
    for (let i = 0; i < 8; i += 1) await said(stranger);
    (await said(stranger)).once();
    const first = await talk.write('fetch', 7, body, grantee, peers);
    talk.read(first, turned).once();
    for (let i = 0; i < 2; i += 1) (await said(grantee)).once();
    const fourth = await said(grantee);
    expect(() => fourth.once()).toThrowError(refused);
    for (let i = 0; i < 2; i += 1) (await said(stranger)).once();
    time += MAX_SKEW;
    expect(() => talk.read(first, turned).once()).toThrowError(refused);
    time += MAX_SKEW + 1;
    expect(() => talk.read(first, turned)).toThrowError(refused);
    (await said(grantee)).once();
  });

  it('are refused from another peer, to another peer, on another chain or contract, too early and too late', async () => {
    const bytes = await createTalk(network).write('fetch', 7, body, grantee, peers);
    const at = (over: Partial<Parameters<typeof createTalk>[0]>) => createTalk({ ...network, ...over });
    expect(() => at({}).read(bytes, { ...turned, remote: 'a third' })).toThrowError(refused);
    expect(() => at({}).read(bytes, { ...turned, local: 'a third' })).toThrowError(refused);
    expect(() => at({ chainId: 1 }).read(bytes, turned)).toThrowError(refused);
    expect(() => at({ consent: address('9') }).read(bytes, turned)).toThrowError(refused);
    const now = Math.floor(Date.now() / 1000);
    for (const skew of [-MAX_SKEW - 5, MAX_SKEW + 5]) expect(() => at({ now: () => now + skew }).read(bytes, turned)).toThrowError(refused);
    expect(at({ now: () => now + MAX_SKEW - 5 }).read(bytes, turned).rightId).toBe(7);
  });

  it('are refused with any field changed, and from somebody else', async () => {
    const talk = createTalk(network);
    const bytes = await talk.write('fetch', 7, body, grantee, peers);
    const message = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    for (const change of [{ kind: 'push' }, { rightId: 8 }, { from: signer().address }, { time: (message.time as number) + 1 }, { id: `0x${'0'.repeat(64)}` }, { body: { ...body, names: ['ecg/day-001'] } }, { body: { ...body, also: 1 } }, { signature: `0x${'1'.repeat(130)}` }, { also: 1 }, { v: 2 }]) {
      expect(() => talk.read(canonicalBytes({ ...message, ...change }), turned), JSON.stringify(change)).toThrowError(refused);
    }
    for (const garbage of [Buffer.from(''), Buffer.from('null'), Buffer.from('{}'), Buffer.from([0xff, 0xfe]), Buffer.from(JSON.stringify(message, null, 1))]) expect(() => talk.read(garbage, turned)).toThrowError(refused);
  });

  it('bring packets that the owner of the right signed, and no others', async () => {
    const talk = createTalk(network);
    const owner = signer();
    const sealed = Buffer.from('sealed');
    const packet = await talk.signPacket(7, 3, sealed, owner);
    expect(Buffer.from(talk.checkPacket(7, packet, owner.address))).toEqual(sealed);
    const shut = expect.objectContaining({ code: 'envelope-unreadable' });
    expect(() => talk.checkPacket(8, packet, owner.address)).toThrowError(shut);
    expect(() => talk.checkPacket(7, { ...packet, seq: 4 }, owner.address)).toThrowError(shut);
    expect(() => talk.checkPacket(7, packet, grantee.address)).toThrowError(shut);
    expect(() => talk.checkPacket(7, { ...packet, sealed: Buffer.from('Sealed').toString('base64') }, owner.address)).toThrowError(shut);
    expect(() => createTalk({ ...network, chainId: 1 }).checkPacket(7, packet, owner.address)).toThrowError(shut);
  });

  it('answer in one form only', () => {
    const talk = createTalk(network);
    const answer = { v: 1 as const, ok: false as const, code: 'not-live' as const };
    expect(talk.readAnswer(talk.writeAnswer(answer))).toEqual(answer);
    for (const bad of ['', '{}', '{"ok":true,"v":1}', '{"code":"a secret","ok":false,"v":1}']) expect(() => talk.readAnswer(Buffer.from(bad))).toThrowError(expect.objectContaining({ code: 'storage-unreachable' }));
  });
});
