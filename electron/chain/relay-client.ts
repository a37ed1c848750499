import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import { executeArgs, forwardDigest, type SignedForward } from './forward-request.ts';
import type { NetworkRecord } from './network-file.ts';
import type { Outbox } from './outbox.ts';
import { doWork } from './proof-of-work.ts';
import { RefusedOut, SentOut, StatusOut, type Refusal } from './relay-wire.ts';
import { redact, type Rpc } from './rpc.ts';

/** Who sends for fresh accounts, and gives them the network's coin for what they must send themselves. */
export type Relay = {
  /** Hands a signed call over. @returns the hash of the transaction that carries it, which the caller checks @throws AppError */
  forward(request: SignedForward, signal?: AbortSignal): Promise<Hex>;
  /** Tops an account up until it holds `wei`. @throws AppError */
  fund(address: Hex, wei: bigint, signal?: AbortSignal): Promise<void>;
};

const TIMEOUT_MS = 20_000;
/** How long a gift may take to arrive. */
const ARRIVES_MS = 90_000;
/** A transaction that needs more than so many gifts is none that we send. */
const MOST_GIFTS = 4;

/** The relayer's word by which a caller tells what may be tried again or must be looked into. */
export const refusalOf = (error: unknown): Refusal | undefined => (isAppError(error) && typeof error.details.refused === 'string' ? (error.details.refused as Refusal) : undefined);

/** Sentences for what a relayer refuses. Its own words are not shown: it is a stranger. */
const SENTENCES: Record<Refusal, { code: AppError['code']; sentence: string; hint?: string; retryable?: boolean }> = {
  malformed: { code: 'internal', sentence: 'The relayer did not understand what it was asked.', hint: 'It may be of another version; use the network’s newest file.' },
  'too-large': { code: 'invalid-argument', sentence: 'What was to be sent is too large for the relayer.', hint: 'Say it in fewer words.' },
  'too-fast': { code: 'chain-unreachable', sentence: 'The relayer has too much to do.', hint: 'Try again in a minute.', retryable: true },
  'work-missing': { code: 'chain-unreachable', sentence: 'The relayer did not take the proof of work.', hint: 'Try again.', retryable: true },
  'signature-wrong': { code: 'chain-wrong', sentence: 'The relayer takes the signature for that of another chain or account.', hint: 'Check that the network file names the relayer of this chain.' },
  'not-relayed': { code: 'chain-wrong', sentence: 'The relayer does not send such calls.', hint: 'Check that the network file names the relayer of this network.' },
  expired: { code: 'transaction-lost', sentence: 'The signed call has expired.', hint: 'Try again; check this computer’s clock if it stays so.', retryable: true },
  'nonce-wrong': { code: 'transaction-lost', sentence: 'Another call of this account came first.', hint: 'Try again.', retryable: true },
  reverts: { code: 'chain-reverted', sentence: 'The relayer found that the contract refuses this call.' },
  limit: { code: 'quota-exceeded', sentence: 'The relayer has sent as much as it sends for now.', hint: 'Try again in a few minutes, or tomorrow; or allow the profile’s own account to send it, which links the two.', retryable: true },
  busy: { code: 'chain-unreachable', sentence: 'The relayer still sends an earlier call of this account.', hint: 'Try again in a moment.', retryable: true },
  poor: { code: 'chain-unreachable', sentence: 'The relayer has no coins left.', hint: 'Tell who runs it, or try again later.', retryable: true },
  failed: { code: 'chain-unreachable', sentence: 'The relayer could not send the call.', hint: 'Try again later.', retryable: true },
};

/** A relayer over HTTP. It learns the address that asks from, so it could link what comes from one: see docs/threat-model.md. */
export function createHttpRelay(url: string, { network, rpc }: { network: NetworkRecord; rpc: Rpc }): Relay {
  async function ask<T>(path: string, schema: z.ZodType<T>, body: unknown, signal?: AbortSignal): Promise<T> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(new URL(path, url), {
        ...(body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        redirect: 'error', signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      });
      answer = await response.json();
    } catch (cause) {
      signal?.throwIfAborted();
      throw new AppError('chain-unreachable', `The relayer at ${redact(url)} does not answer.`, { hint: 'What was signed goes out as soon as it is back. In the settings you can allow the profile’s own account to send it, which links the two.', retryable: true, details: { relayer: true }, cause });
    }
    if (!response.ok) {
      const refused = RefusedOut.safeParse(answer).data?.refused ?? (response.status === 429 ? 'too-fast' : 'failed');
      const { code, sentence, hint, retryable } = SENTENCES[refused];
      throw new AppError(code, sentence, { hint, retryable, details: { refused, relayer: true } });
    }
    const parsed = schema.safeParse(answer);
    if (!parsed.success) throw new AppError('chain-wrong', `What answers at ${redact(url)} is no relayer of PHDex.`, { hint: 'Check the network file.' });
    return parsed.data;
  }

  async function status(signal?: AbortSignal): Promise<StatusOut> {
    const it = await ask('/status', StatusOut, undefined, signal);
    if (it.chainId !== network.chainId) throw new AppError('chain-wrong', `The relayer at ${redact(url)} is of chain ${it.chainId}, not ${network.chainId}.`, { hint: 'Check the network file.' });
    return it;
  }
  /** Asks with a proof of work, and once more with a new one where the challenge changed meanwhile. */
  async function working<T>(subject: string, kind: 'forward' | 'fund', path: string, schema: z.ZodType<T>, body: object, signal?: AbortSignal): Promise<T> {
    for (let again = false; ; again = true) {
      const { challenge, work } = await status(signal);
      try {
        return await ask(path, schema, { ...body, work: await doWork(subject, challenge, work[kind], signal) }, signal);
      } catch (error) {
        if (again || refusalOf(error) !== 'work-missing') throw error;
      }
    }
  }
  const balance = async (address: Hex, signal?: AbortSignal) => BigInt(await rpc.call<string>('eth_getBalance', [address, 'latest'], { signal }));

  return {
    async forward(request, signal) {
      return (await working(forwardDigest(request, network), 'forward', '/forward', SentOut, { request }, signal)).hash as Hex;
    },
    async fund(address, wei, signal) {
      for (let gifts = 0; gifts < MOST_GIFTS; gifts += 1) {
        const before = await balance(address, signal);
        if (before >= wei) return;
        await working(address, 'fund', '/fund', SentOut, { address }, signal);
        for (const began = Date.now(); (await balance(address, signal)) <= before;) {
          if (Date.now() - began > ARRIVES_MS) throw new AppError('funds-too-low', 'The relayer’s coins for this account’s gas did not arrive.', { hint: 'Try again.', retryable: true });
          await new Promise((resolve) => { setTimeout(resolve, network.local ? 25 : 1000); });
        }
      }
      if ((await balance(address, signal)) < wei) throw new AppError('funds-too-low', 'The relayer gives too little for the gas of this transaction.', { hint: 'Fees are high now; try again later.', retryable: true });
    },
  };
}

/** Where there is no relayer, or it should not be used: every call is refused with what can be done about it. */
export function createNoRelay(network: NetworkRecord): Relay {
  const refuse = () => Promise.reject(new AppError('chain-wrong', `The network ${network.name} names no relayer, which sends for fresh accounts.`, {
    hint: 'Use a network file with one, run `phdex relay` for this network, or allow the profile’s own account to send: then everybody can see that the two are one person.', details: { relayer: true },
  }));
  return { forward: refuse, fund: refuse };
}

/** The own account sends and pays. It links itself on the chain to every account that it does this for: only by the person's word. */
export function createOwnRelay({ network, rpc, own }: { network: NetworkRecord; rpc: Rpc; own: Pick<Outbox, 'send' | 'pay'> }): Relay {
  return {
    async forward(request, signal) {
      return (await own.send({ key: `relay:${forwardDigest(request, network)}`, contract: 'forwarder', method: 'execute', args: executeArgs(request) }, { signal })).hash;
    },
    async fund(address, wei, signal) {
      const has = BigInt(await rpc.call<string>('eth_getBalance', [address, 'latest'], { signal }));
      if (has < wei) await own.pay({ key: `fund:${randomUUID()}`, to: address, wei: wei - has }, { signal });
    },
  };
}
