import { contractInterface } from '../../electron/chain/contracts.ts';
import type { NetworkRecord } from '../../electron/chain/network-file.ts';
import type { Rpc } from '../../electron/chain/rpc.ts';

/** What anybody sees who has an endpoint of the chain and nothing else, and tries to tell whose accounts belong together. */

type Tx = { hash: string; from: string; to: string | null; input: string; value: string };
type Log = { address: string; topics: string[]; data: string; transactionHash: string };
export type ChainView = { transactions: Tx[]; logs: Log[] };

export async function everything(rpc: Rpc): Promise<ChainView> {
  const head = Number(await rpc.call<string>('eth_blockNumber'));
  const blocks = await Promise.all(Array.from({ length: head + 1 }, (_, n) => rpc.call<{ transactions: Tx[] }>('eth_getBlockByNumber', [`0x${n.toString(16)}`, true])));
  const logs = await rpc.call<Log[]>('eth_getLogs', [{ fromBlock: '0x0', toBlock: 'latest' }]);
  return { transactions: blocks.flatMap((b) => b.transactions), logs };
}

export type Link = { a: string; b: string; why: string };

const forwarder = contractInterface('forwarder');
const addressOf = (word: string): string => `0x${word.slice(-40)}`.toLowerCase();
/** 32-byte words of a call (from behind its selector) or of an event. Those below 2^64 are counts, times and flags, which many share. */
function wordsOf(hex: string, from: number): string[] {
  const words: string[] = [];
  for (let i = from; i + 64 <= hex.length; i += 64) { const word = hex.slice(i, i + 64).toLowerCase(); if (BigInt(`0x${word}`) >= 2n ** 64n) words.push(word); }
  return words;
}

/** Who only answers says again what it answers to: a keeper's, a validator's or a reader's words are those of the dataset or right. */
const ANSWERS = new Set(['accept', 'resign', 'evict', 'confirmDestroyed', 'release', 'validate', 'certify', 'reject', 'settle', 'confirm', 'dispute', 'refund', 'use', 'handBack']);

/**
 * Links accounts by native coins or PHD that one sends another, by one that pays for another's calls, and by a word (a
 * root, a hash, a key, a CID, an amount) that stands in what only the two say. Public services may be named: what comes
 * from them goes to everybody; and public words, of vocabularies that all use.
 */
export function linkAccounts(view: ChainView, network: NetworkRecord, known: { services?: readonly string[]; words?: readonly string[] } = {}): { links: Link[]; linked(a: string, b: string): boolean } {
  const contracts = new Map(Object.entries(network.contracts).map(([key, address]) => [address!.toLowerCase(), key]));
  const services = new Set((known.services ?? []).map((s) => s.toLowerCase()));
  const common = new Set((known.words ?? []).map((w) => w.slice(2).toLowerCase()));
  const registered = contractInterface('participants').getEvent('Registered')!.topicHash;
  /** Who is in the registry is named by many, and is not what names somebody else. */
  const parties = new Set(view.logs.filter((l) => l.topics[0] === registered).flatMap((l) => l.topics.slice(1).map(addressOf)));
  const links: Link[] = [];
  const link = (a: string, b: string, why: string) => { if (a !== b && !contracts.has(a) && !contracts.has(b) && !services.has(a) && !services.has(b) && BigInt(a) !== 0n && BigInt(b) !== 0n) links.push({ a, b, why }); };
  const actorOf = new Map<string, string>();
  /** Which accounts' acts a word stands in. */
  const seen = new Map<string, Set<string>>();
  const note = (actor: string, words: string[]) => { for (const word of words) { const at = seen.get(word) ?? new Set(); at.add(actor); seen.set(word, at); } };

  for (const tx of view.transactions) {
    let actor = tx.from.toLowerCase();
    let input = tx.input;
    const to = tx.to?.toLowerCase();
    if (to !== undefined && contracts.get(to) === 'forwarder' && input.startsWith(forwarder.getFunction('execute')!.selector)) {
      const [request] = forwarder.decodeFunctionData('execute', input) as unknown as [{ from: string; data: string }];
      link(actor, request.from.toLowerCase(), 'pays for its calls');
      actor = request.from.toLowerCase();
      input = request.data;
    } else if (to !== undefined && BigInt(tx.value) > 0n) link(actor, to, 'sends it native coins');
    const target = actor === tx.from.toLowerCase() ? to : view.logs.find((l) => l.transactionHash === tx.hash && contracts.get(l.address.toLowerCase()) !== 'forwarder')?.address.toLowerCase();
    const contract = target === undefined ? undefined : contracts.get(target);
    if (contract === undefined) continue;
    const method = contractInterface(contract as 'market').getFunction(input.slice(0, 10))?.name;
    if (method !== undefined && ANSWERS.has(method) && (contract === 'market' || contract === 'consent')) continue;
    actorOf.set(tx.hash, actor);
    note(actor, wordsOf(input, 10));
  }
  for (const log of view.logs) {
    const actor = actorOf.get(log.transactionHash);
    if (actor === undefined) continue;
    if (contracts.get(log.address.toLowerCase()) === 'coin' && log.topics.length === 3) link(addressOf(log.topics[1]!), addressOf(log.topics[2]!), 'sends it PHD');
    for (const topic of log.topics.slice(1)) note(actor, wordsOf(topic, 2));
    note(actor, wordsOf(log.data, 2));
  }
  for (const [word, actors] of seen) {
    // An account's own address in its own acts is no news; a service's, a contract's or a keeper's is in many.
    if (actors.size !== 2 || common.has(word) || contracts.has(addressOf(word)) || parties.has(addressOf(word))) continue;
    const [a, b] = [...actors] as [string, string];
    link(a, b, `both say ${word}`);
  }

  const parent = new Map<string, string>();
  const root = (a: string): string => { const up = parent.get(a); if (up === undefined || up === a) return a; const top = root(up); parent.set(a, top); return top; };
  for (const { a, b } of links) parent.set(root(a), root(b));
  return { links, linked: (a, b) => root(a.toLowerCase()) === root(b.toLowerCase()) };
}
