import { describe, expect, it } from 'vitest';
import { readInvitation, writeInvitation } from '../../electron/consent/invitation.ts';
import { openPacket, packetHash, sealPacket, type Packet } from '../../electron/consent/packet.ts';
import { purposeHash } from '../../electron/consent/purpose.ts';
import { MAX_DETAILS_BYTES, openDetails, scopeOf, sealDetails, type RequestDetails } from '../../electron/consent/request-details.ts';
import { askedNames, newSalt, scopeTree } from '../../electron/consent/scope.ts';
import { hpkeSeal } from '../../electron/vault/hpke.ts';
import { contextBytes, packetContext } from '../../electron/consent/context.ts';
import { canonicalBytes } from '../../electron/vault/manifest.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { address, CARE, CONTEXT, keyPair } from './kit.ts';

const code = (c: string) => expect.objectContaining({ code: c });
const changed = (bytes: Uint8Array, at: number) => { const copy = Uint8Array.from(bytes); copy[at]! ^= 1; return copy; };

describe('invitation', () => {
  const network = { chainId: 31337, consent: CONTEXT.consent };
  const invitation = { v: 1 as const, ...network, account: address('a'), key: `0x${'b'.repeat(64)}` as Hex, addresses: ['/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWA'] };
  const text = writeInvitation(invitation);
  it('is read as it was written, also with the line breaks of a letter', () => {
    expect(text.startsWith('phdex:invite:')).toBe(true);
    expect(readInvitation(`  ${text.slice(0, 40)}\n ${text.slice(40)}\r\n`, network)).toEqual(invitation);
  });
  it.each([
    ['nothing', '', 'invalid-argument'], ['a link', 'https://example.org', 'invalid-argument'], ['a half', text.slice(0, -9), 'invalid-argument'], ['no base64', 'phdex:invite:%%%', 'invalid-argument'], ['far too much', `phdex:invite:${'A'.repeat(9000)}`, 'invalid-argument'],
    ['an unknown field', `phdex:invite:${Buffer.from(JSON.stringify({ ...invitation, also: 1 })).toString('base64url')}`, 'invalid-argument'],
    ['fields in another order', `phdex:invite:${Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(invitation).reverse()))).toString('base64url')}`, 'invalid-argument'],
    ['another chain', writeInvitation({ ...invitation, chainId: 1 }), 'chain-wrong'], ['another contract', writeInvitation({ ...invitation, consent: address('f') }), 'chain-wrong'],
  ])('refuses %s', (_what, bad, expected) => { expect(() => readInvitation(bad, network)).toThrowError(code(expected)); });
});

describe('details of a request', () => {
  const owner = keyPair();
  const details: RequestDetails = { v: 1, name: 'Dr. Lind', words: 'I would like to see your nights.', datasetId: null, category: 'health', channels: ['heart-rate'], days: { from: '2026-10-01', to: '2026-10-31' }, live: true, purpose: CARE, salt: newSalt(), addresses: [] };
  const onChain = (d = details) => ({ category: 'health' as const, operations: 'read' as const, scopeRoot: scopeTree(d.salt, askedNames(scopeOf(d), d.category, 'read')).root, purpose: purposeHash(d.purpose), hashPurpose: purposeHash });

  it('open to the person they are for', async () => {
    const sealed = await sealDetails(details, owner.public, CONTEXT);
    expect(sealed.length).toBeLessThanOrEqual(MAX_DETAILS_BYTES);
    expect(await openDetails(sealed, owner.secret, CONTEXT, onChain())).toEqual(details);
  });
  it('open with no other key, for nobody else, and on no other chain or contract', async () => {
    const sealed = await sealDetails(details, owner.public, CONTEXT);
    await expect(openDetails(sealed, keyPair().secret, CONTEXT, onChain())).rejects.toThrowError(code('envelope-unreadable'));
    for (const other of [{ chainId: 1 }, { consent: address('9') }, { owner: address('9') }, { grantee: address('9') }]) await expect(openDetails(sealed, owner.secret, { ...CONTEXT, ...other }, onChain())).rejects.toThrowError(code('envelope-unreadable'));
    for (const at of [0, 40, sealed.length - 1]) await expect(openDetails(changed(sealed, at), owner.secret, CONTEXT, onChain())).rejects.toThrowError(code('envelope-unreadable'));
  });
  it('are refused where they say something else than the chain', async () => {
    const sealed = await sealDetails(details, owner.public, CONTEXT);
    const bad = code('manifest-invalid');
    await expect(openDetails(sealed, owner.secret, CONTEXT, { ...onChain(), category: 'history' })).rejects.toThrowError(bad);
    await expect(openDetails(sealed, owner.secret, CONTEXT, { ...onChain(), operations: 'read-append' })).rejects.toThrowError(bad);
    await expect(openDetails(sealed, owner.secret, CONTEXT, { ...onChain(), scopeRoot: onChain({ ...details, channels: [] }).scopeRoot })).rejects.toThrowError(bad);
    await expect(openDetails(sealed, owner.secret, CONTEXT, { ...onChain(), purpose: purposeHash({ ...CARE, words: 'For money.' }) })).rejects.toThrowError(bad);
    const garbage = await hpkeSeal(Buffer.from('{"v":1}'), owner.public, { info: Buffer.from('phdex/v1/request'), aad: contextBytes(CONTEXT) });
    await expect(openDetails(garbage, owner.secret, CONTEXT, onChain())).rejects.toThrowError(bad);
  });
  it('are refused where they are too long for the chain', async () => {
    await expect(sealDetails({ ...details, words: '愛'.repeat(400), purpose: { ...CARE, words: '愛'.repeat(280) } }, owner.public, CONTEXT)).rejects.toThrowError(code('invalid-argument'));
  });
});

describe('packet', () => {
  const grantee = keyPair();
  const names = ['heart-rate/day-000', 'heart-rate/day-001'];
  const salt = newSalt();
  const { root } = scopeTree(salt, names);
  const packet: Packet = {
    v: 1, seq: 0, epoch: 0, directory: { kind: 'share', cid: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi', manifestSha256: `0x${'c'.repeat(64)}`, nonce: `0x${'d'.repeat(64)}`, origin: 1_790_000_000_000_000, title: 'Night' },
    segments: names.map((name) => ({ name, key: `0x${'e'.repeat(64)}` as Hex, sha256: `0x${'f'.repeat(64)}` as Hex })),
    given: { salt, names, scope: { channels: ['heart-rate'], days: null, live: false }, category: 'health', operations: 'read', purpose: CARE, key: `0x${'a'.repeat(64)}` }, addresses: [],
  };
  it('opens as what it was sealed as', async () => {
    const sealed = await sealPacket(packet, grantee.public, CONTEXT, root);
    expect(await openPacket(sealed, grantee.secret, CONTEXT, root, 0)).toEqual(packet);
    expect(packetHash(sealed)).not.toBe(packetHash(await sealPacket(packet, grantee.public, CONTEXT, root)));
  });
  it('opens in no other place', async () => {
    const sealed = await sealPacket(packet, grantee.public, CONTEXT, root);
    const other = scopeTree(newSalt(), names).root;
    const shut = code('envelope-unreadable');
    await expect(openPacket(sealed, keyPair().secret, CONTEXT, root, 0)).rejects.toThrowError(shut);
    await expect(openPacket(sealed, grantee.secret, CONTEXT, other, 0)).rejects.toThrowError(shut);
    await expect(openPacket(sealed, grantee.secret, CONTEXT, root, 1)).rejects.toThrowError(shut);
    for (const change of [{ chainId: 1 }, { consent: address('9') }, { owner: address('9') }, { grantee: address('9') }]) await expect(openPacket(sealed, grantee.secret, { ...CONTEXT, ...change }, root, 0)).rejects.toThrowError(shut);
    for (const at of [0, 33, sealed.length - 1]) await expect(openPacket(changed(sealed, at), grantee.secret, CONTEXT, root, 0)).rejects.toThrowError(shut);
  });
  it('is refused where it says that it is another, or opens more than the chain says', async () => {
    const bad = code('manifest-invalid');
    const as = async (body: unknown, seq = 0) => openPacket(await hpkeSeal(canonicalBytes(body), grantee.public, { info: Buffer.from('phdex/v1/packet'), aad: packetContext(CONTEXT, root, seq) }), grantee.secret, CONTEXT, root, seq);
    await expect(as({ ...packet, seq: 1 })).rejects.toThrowError(bad);
    await expect(as({ ...packet, given: null })).rejects.toThrowError(bad);
    await expect(as({ ...packet, seq: 1 }, 1)).rejects.toThrowError(bad);
    await expect(as({ ...packet, given: { ...packet.given!, names: [...names, 'ecg/day-000'] } })).rejects.toThrowError(bad);
    await expect(as({ ...packet, directory: null })).rejects.toThrowError(bad);
    await expect(as({ ...packet, also: 1 })).rejects.toThrowError(bad);
    expect((await as({ ...packet, seq: 3, given: null }, 3)).seq).toBe(3);
  });
});
