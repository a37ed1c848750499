import type { RequestView } from '../../../shared/api/consent.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import type { RightRow } from '../../../shared/domain/consent.ts';
import { AppError, isAppError, toAppError } from '../../../shared/errors.ts';
import { purposeHash } from '../../consent/purpose.ts';
import { openDetails, scopeOf, type RequestDetails } from '../../consent/request-details.ts';
import { categoryOf, operationsOf, type ConsentBase } from './base.ts';
import type { Sources } from './owner-sources.ts';

export type Inbox = ReturnType<typeof createInbox>;

const KEPT = 500;

/** Requests to any of the person's accounts, opened and held to what the chain says of them. */
export function createInbox(base: ConsentBase, sources: Sources) {
  /** By what was asked: a number can become another request's. */
  const opened = new Map<string, RequestDetails>();

  /** @throws AppError `envelope-unreadable`, `manifest-invalid` */
  async function details(right: RightRow): Promise<RequestDetails> {
    const asked = (right.askedRoot ?? right.scopeRoot) as Hex;
    const place = `${right.id}/${right.owner}/${right.grantee}/${asked}`;
    const known = opened.get(place);
    if (known) return known;
    if (!right.details) throw new AppError('manifest-invalid', 'The request came without a word.', { hint: 'Refuse it.' });
    const account = base.b.parts.wallet.account(base.indexOf(right.owner));
    const read = await account.withEncryptionKey((key) => openDetails(Buffer.from(right.details!.slice(2), 'hex'), key, base.context(right), {
      category: categoryOf(right.category), operations: operationsOf(right.operations), scopeRoot: asked, purpose: right.purpose, hashPurpose: purposeHash,
    }));
    // One that came by a listing goes to the account of that listing; one that says so of another is not what it seems.
    if (read.datasetId !== null && base.chainReads.dataset(read.datasetId)?.owner !== right.owner) throw new AppError('manifest-invalid', 'The request names a dataset of another account.', { hint: 'Refuse it.' });
    if (opened.size >= KEPT) opened.delete(opened.keys().next().value!);
    opened.set(place, read);
    return read;
  }

  return {
    details,
    /** Of requests that were opened. */
    purposes: () => [...opened.values()].map((d) => d.purpose),
    async list(): Promise<RequestView[]> {
      return Promise.all(base.reads.pendingFor(base.mine()).map(async (right): Promise<RequestView> => {
        const common = {
          rightId: right.id, from: base.party(right.grantee), account: base.indexOf(right.owner), category: categoryOf(right.category), operations: operationsOf(right.operations),
          duration: right.expiry, requestedAt: (right.requestedAt ?? 0) * 1000,
        };
        try {
          const d = await details(right);
          const scope = scopeOf(d);
          return {
            ...common, from: { ...common.from, name: common.from.name ?? d.name }, words: d.words, problem: null, datasetId: d.datasetId, datasetTitle: d.datasetId === null ? null : sources.titleOf(d.datasetId), scope, purpose: d.purpose,
            candidates: await sources.candidates(scope, common.category, d.datasetId),
          };
        } catch (error) {
          if (!isAppError(error)) throw error;
          return { ...common, words: null, problem: toAppError(error).message, datasetId: null, datasetTitle: null, scope: null, purpose: null, candidates: [] };
        }
      }));
    },
  };
}
