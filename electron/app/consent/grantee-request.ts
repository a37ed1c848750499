import { randomUUID } from 'node:crypto';
import type { RequestIn } from '../../../shared/api/consent.ts';
import { CATEGORIES } from '../../../shared/domain/consent.ts';
import { Role, type Hex } from '../../../shared/domain/chain.ts';
import { AppError, isAppError } from '../../../shared/errors.ts';
import { allowed } from '../../../shared/permissions.ts';
import { readInvitation } from '../../consent/invitation.ts';
import { checkPurpose, purposeHash } from '../../consent/purpose.ts';
import { sealDetails, type RequestDetails } from '../../consent/request-details.ts';
import { askedNames, checkScope, newSalt, scopeTree } from '../../consent/scope.ts';
import { endpointsOf, fetchManifest } from '../../market/fetch-manifest.ts';
import { dialHolders } from '../storage-service.ts';
import { bitsOf, type ConsentBase } from './base.ts';
import type { AskedFacts, HeldStore } from './held.ts';

type Target = { owner: Hex; key: Hex; addresses: string[]; datasetId: number | null };

/** Asks owners for rights, each once. */
export function createRequesting(base: ConsentBase, store: HeldStore) {
  const { b } = base;
  const me = b.parts.address;

  async function targetOf(to: RequestIn['to']): Promise<Target> {
    if ('invitation' in to) {
      const { account, key, addresses } = readInvitation(to.invitation, base.contract());
      return { owner: account, key, addresses, datasetId: null };
    }
    const dataset = b.chain.reads.dataset(to.datasetId);
    if (!dataset || dataset.status === 'withdrawn' || dataset.status === 'rejected') throw new AppError('dataset-unknown', `There is no listed dataset ${to.datasetId}.`, { hint: 'Look at the listings again.' });
    await dialHolders(b.blobs.store, b.chain.reads, dataset);
    const { manifest } = await fetchManifest(dataset, { blobs: b.blobs.store });
    if (!manifest.contact) throw new AppError('invalid-argument', `The owner of dataset ${to.datasetId} cannot be asked: its listing names no key.`, { hint: 'It was listed by an earlier version. Buy it, or ask its owner for an invitation.' });
    return { owner: dataset.owner, key: manifest.contact as Hex, addresses: endpointsOf([b.chain.reads.participant(dataset.owner)], manifest).slice(0, 8), datasetId: to.datasetId };
  }

  async function send(key: string, { owner, args }: AskedFacts): Promise<number> {
    try {
      const sent = await b.chain.as(null).send({ key: `ask:${key}`, contract: 'consent', method: 'request', args: [owner, args.terms, args.encryptionKey, args.details] });
      const rightId = Number(sent.events.find((e) => e.name === 'AccessRequested')!.args.rightId);
      store.rows.setRight(key, rightId);
      b.changed('held', 'history');
      return rightId;
    } catch (error) {
      // What was told as failed is not sent later; what only waits for the chain is.
      if (isAppError(error) && !error.retryable) store.rows.remove(key);
      throw error;
    }
  }

  return {
    async request(input: RequestIn): Promise<{ rightId: number }> {
      checkScope(input.scope);
      const purpose = checkPurpose(input.purpose);
      const { chainId, consent } = base.contract();
      const category = CATEGORIES.indexOf(input.category);
      const [roles, bits] = [base.reads.rolesOf(me), bitsOf(input.operations)];
      const asBuyer = !allowed(roles, bits, category);
      // Anybody may become a buyer; every other role is the registrar's to give.
      if (asBuyer && !allowed(roles | Role.customer, bits, category)) {
        throw new AppError('not-yours', `No role of this account may do that with ${input.category === 'health' ? 'health data' : input.category === 'history' ? 'a medical history' : 'insurance data'}.`, { hint: 'Ask for less, or have the registrar accredit this account.' });
      }
      const target = await targetOf(input.to);
      if (base.mine().has(target.owner)) throw new AppError('invalid-argument', 'That is an invitation of your own.', { hint: 'Give it to whoever is to ask you.' });
      if (asBuyer) await b.chain.ensureRegistered(Role.customer, b.blobs.endpoint);
      const salt = newSalt();
      const { root } = scopeTree(salt, askedNames(input.scope, input.category, input.operations));
      const details: RequestDetails = { v: 1, name: input.name, words: input.words, datasetId: target.datasetId, category: input.category, ...input.scope, purpose, salt, addresses: base.addresses() };
      const sealed = await sealDetails(details, Buffer.from(target.key.slice(2), 'hex'), { chainId, consent, owner: target.owner, grantee: me });
      const facts: AskedFacts = {
        owner: target.owner, ownerKey: target.key, addresses: target.addresses, label: input.label, category: input.category, operations: input.operations, scope: input.scope, purpose, seconds: input.seconds,
        args: {
          terms: { category, operations: bitsOf(input.operations), duration: input.seconds, scopeRoot: root, purpose: purposeHash(purpose) },
          encryptionKey: `0x${Buffer.from(b.parts.wallet.encryptionPublicKey).toString('hex')}`, details: `0x${Buffer.from(sealed).toString('hex')}`,
        },
      };
      const key = randomUUID();
      store.add(key, facts);
      return { rightId: await send(key, facts) };
    },
    async withdraw(rightId: number): Promise<void> {
      const right = base.right(rightId);
      if (right.grantee !== me || right.status !== 'pending') throw new AppError('access-unknown', 'That is no request of yours that waits for an answer.', { hint: 'Look at the list again.' });
      await b.chain.as(null).send({ key: `withdraw-request:${rightId}`, contract: 'consent', method: 'withdrawRequest', args: [rightId, right.owner, right.scopeRoot] });
      b.changed('held', 'history');
    },
    async resume(): Promise<void> {
      for (const { key, facts } of store.waiting()) await send(key, facts).catch((error: unknown) => { if (!isAppError(error) || error.retryable) throw error; });
    },
  };
}
