/** The sharing part of the gas report: rights, records, emergencies, anchors, studies. See gas.ts. */
import { concat, keccak256, parseEther, toBeHex, ZeroHash, type ContractTransactionReceipt } from 'ethers';
import type { Hex } from '../shared/domain/chain.ts';
import { accessKey, openedId, type Listing, type Network, type Sent } from './local-network.ts';

const DAY = 86_400;
const PURPOSE = keccak256('0x01') as Hex;
/** About what a sealed request or reason takes: 300 bytes, none of them zero. */
const SEALED = `0x${'a5'.repeat(300)}`;

const commutative = (a: Hex, b: Hex): Hex => keccak256(a < b ? concat([a, b]) : concat([b, a])) as Hex;
const leafOf = (i: number): Hex => keccak256(keccak256(toBeHex(i, 32))) as Hex;

/** Root over `count` segments and the proof of the first, pairs sorted, an odd last node as it is. */
function scopeOf(count: number): { root: Hex; leaf: Hex; proof: Hex[] } {
  let layer = Array.from({ length: count }, (_, i) => leafOf(i + 1));
  const proof: Hex[] = [];
  while (layer.length > 1) {
    proof.push(layer[1]!);
    layer = Array.from({ length: Math.ceil(layer.length / 2) }, (_, i) => (2 * i + 1 < layer.length ? commutative(layer[2 * i]!, layer[2 * i + 1]!) : layer[2 * i]!));
  }
  return { root: layer[0]!, leaf: leafOf(1), proof };
}

const argument = (sent: Sent, event: string, name: string): bigint => sent.events.find((e) => e.name === event)!.args[name] as bigint;

/** Needs a certified `listing` of `net.owner`, who holds coins. */
export async function measureConsentGas(net: Network, listing: Listing, note: (name: string, receipt: ContractTransactionReceipt | { gasUsed: bigint }) => void): Promise<void> {
  const { consent, records, anchors, studies, participants, deployer, owner, customer, stranger: practice, send, pass } = net;
  const researcher = customer;
  await send(participants, deployer, 'accredit', [practice.address, 16 | 256, ZeroHash]);
  await send(participants, deployer, 'accredit', [researcher.address, 64, ZeroHash]);

  // Rights. The counter's first step from zero is a network's own, once: a right that nobody measures takes it.
  const one = scopeOf(1);
  const hundred = scopeOf(100);
  const terms = (scope: { root: Hex }) => [0, 1, 30 * DAY, scope.root, PURPOSE];
  const grant = async (scope: { root: Hex }, as: string) => {
    const sent = await send(consent, owner, 'grant', [practice.address, terms(scope), ZeroHash.replace(/0$/, '1')]);
    note(as, sent.receipt);
    return argument(sent, 'AccessGranted', 'rightId');
  };
  await send(consent, owner, 'grant', [practice.address, terms(one), PURPOSE]);
  await grant(one, 'grantOneSegment');
  const right = await grant(hundred, 'grantHundredSegments');
  const request = async () => {
    const sent = await send(consent, practice, 'request', [owner.address, terms(hundred), PURPOSE, SEALED]);
    note('request', sent.receipt);
    return argument(sent, 'AccessRequested', 'rightId');
  };
  const asked = await request();
  note('approve', (await send(consent, owner, 'approve', [asked, hundred.root, terms(hundred), PURPOSE])).receipt);
  note('reject', (await send(consent, owner, 'reject', [await request(), hundred.root])).receipt);
  note('use', (await send(consent, practice, 'use', [right, owner.address, hundred.root, 1, hundred.leaf, hundred.proof, PURPOSE, ZeroHash])).receipt);
  note('handBack', (await send(consent, practice, 'handBack', [asked, owner.address, hundred.root])).receipt);
  note('revoke', (await send(consent, owner, 'revoke', [right, hundred.root])).receipt);
  note('revokeAllFirst', (await send(consent, owner, 'revokeAll', [])).receipt);
  note('revokeAll', (await send(consent, owner, 'revokeAll', [])).receipt);

  // Records, anchors.
  const issue = () => send(records, practice, 'issue', [owner.address, 1, PURPOSE, PURPOSE, `0x01701220${PURPOSE.slice(2)}`, `0x${'a5'.repeat(80)}`, 0]);
  await issue();
  const issued = await issue();
  note('issue', issued.receipt);
  note('storeRecord', (await send(records, owner, 'store', [argument(issued, 'RecordIssued', 'recordId'), PURPOSE, PURPOSE, 0, PURPOSE])).receipt);
  const roots = [ZeroHash as Hex, leafOf(1), leafOf(2)];
  for (const i of [1, 2]) note(i === 1 ? 'anchorFirst' : 'anchor', (await send(anchors, owner, 'anchor', [roots[i], 10_000, roots[i - 1]])).receipt);

  // Emergency.
  note('setEmergencyReadable', (await send(consent, owner, 'setEmergencyReadable', [listing.id, true])).receipt);
  const key = accessKey(77_000);
  const opened = await send(consent, practice, 'emergency', [listing.id, key.px, key.py, 3600, PURPOSE, SEALED]);
  note('emergency', opened.receipt);
  note('contest', (await send(consent, owner, 'contest', [openedId(opened), PURPOSE])).receipt);

  // A study with one candidate, from the call to the grant.
  const reward = parseEther('10');
  await send(net.coin, owner, 'transfer', [researcher.address, reward * 5n]);
  await send(net.coin, researcher, 'approve', [studies.target, reward * 5n]);
  const now = async () => (await net.anvil.provider.getBlock('latest'))!.timestamp;
  const secret = keccak256('0x02');
  const call = async (commitment: string) => {
    const drawn = commitment !== ZeroHash;
    const study = accessKey(77_001);
    return send(studies, researcher, 'open', [[reward, 1, (await now()) + 100, 0, drawn ? DAY : 0, drawn ? DAY : 0, 3600, 50, commitment, study.px, study.py, PURPOSE, PURPOSE], SEALED]);
  };
  await call(ZeroHash);
  const open = await call(keccak256(secret));
  note('openStudy', open.receipt);
  const callId = argument(open, 'CallOpened', 'callId');
  note('enrol', (await send(studies, owner, 'enrol', [callId, listing.id])).receipt);
  await pass(101);
  note('closeStudy', (await send(studies, owner, 'close', [callId])).receipt);
  await pass(1);
  await pass(1);
  note('fixBlock', (await send(studies, owner, 'fixBlock', [callId])).receipt);
  note('reveal', (await send(studies, researcher, 'reveal', [callId, secret])).receipt);
  const study = accessKey(77_001);
  note('approvePlace', (await send(studies, owner, 'approve', [callId, 0, study.px, study.py, PURPOSE])).receipt);
  note('finishStudy', (await send(studies, owner, 'finish', [callId])).receipt);
}
