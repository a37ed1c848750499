import { AddressIn } from '../../../shared/api/common.ts';
import type { PartyView } from '../../../shared/api/consent.ts';
import type { MatchFields, MatchRow } from '../../../shared/api/studies.ts';
import { CATEGORIES } from '../../../shared/domain/consent.ts';
import { Role, type Hex } from '../../../shared/domain/chain.ts';
import { MatchQuestion, type InstitutionProfile } from '../../../shared/domain/matching.ts';
import type { Purpose } from '../../../shared/domain/purpose.ts';
import { AppError } from '../../../shared/errors.ts';
import { MAX_PROFILE_BYTES, PROFILE_FILE, profileCid, readProfile, signProfile, withProfile, type ProfileContext } from '../../consent/matching/profile.ts';
import type { Offer } from '../../consent/matching/rank.ts';
import { httpMatcher, localMatcher, questionLeaf, type MatchPermit, type MatchService } from '../../consent/matching/service.ts';
import { purposeHash } from '../../consent/purpose.ts';
import { newSalt } from '../../consent/scope.ts';
import { addressesIn } from '../../market/fetch-manifest.ts';
import { collectBytes } from '../../vault/collect-bytes.ts';
import type { Chain } from '../chain-service.ts';
import { layOut } from '../lay-out.ts';
import type { NodeParts } from '../open-parts.ts';
import type { Blobs } from '../storage-service.ts';
import { partyViews } from './party.ts';

/** Who may be found: those that treat people. */
const FOUND = Role.provider | Role.institution;
const FETCH_MS = 6000;
const CONNECT_MS = 2000;
const AGAIN_MS = 60_000;
/** A service reads a question once. */
const PERMIT_SECONDS = 900;
const READ = 1;
const PURPOSE: Purpose = { v: 1, term: 'RequestedServiceProvision', duo: [], words: 'To rank institutions by what I need.' };

/** Matching a patient to institutions (Chen et al.): profiles, the question, and who answers it. */
export function createMatching({ parts, chain, blobs }: { parts: NodeParts; chain: Chain; blobs: Blobs }) {
  const context: ProfileContext = { chainId: chain.network.chainId, participants: chain.network.contracts.participants };
  const kept = new Map<string, InstitutionProfile>();
  const failedAt = new Map<string, number>();
  const name = (account: Hex) => [...kept].find(([key]) => key.startsWith(account))?.[1].name ?? null;
  const party = partyViews(parts.db, name);

  async function fetchProfile(account: Hex, endpoint: string, cid: string): Promise<void> {
    const key = `${account}/${cid}`;
    if (kept.has(key) || (failedAt.get(key) ?? 0) > Date.now() - AGAIN_MS) return;
    try {
      await blobs.store.connect(addressesIn(endpoint), { timeoutMs: CONNECT_MS }).catch(() => undefined);
      const bytes = await collectBytes(blobs.store.readFile(cid, PROFILE_FILE, { timeoutMs: FETCH_MS, maxBytes: MAX_PROFILE_BYTES }));
      const profile = readProfile(bytes, account, context);
      for (const other of kept.keys()) if (other.startsWith(account)) kept.delete(other);
      kept.set(key, profile);
    } catch { failedAt.set(key, Date.now()); }
  }

  /** Institutions that are accredited now and say what they offer. */
  async function offers(): Promise<Offer[]> {
    const people = chain.reads.participantsByRole(FOUND).flatMap((p) => { const cid = profileCid(p.endpoint); return cid === null ? [] : [{ ...p, cid }]; });
    await Promise.all(people.map((p) => fetchProfile(p.address, p.endpoint, p.cid)));
    return people.flatMap((p) => { const profile = kept.get(`${p.address}/${p.cid}`); return profile ? [{ account: p.address, profile }] : []; });
  }
  const local = localMatcher(offers);

  /** Everything that is told, and nothing else: of the chosen recordings their kinds only. */
  function question(fields: MatchFields): MatchQuestion {
    const kinds = new Set(fields.recordings.flatMap((id) => {
      const found = parts.recordings.get(id);
      if (!found) throw new AppError('invalid-argument', `There is no recording ${id} in this profile.`, { hint: 'Choose it again.' });
      return found.channels.map((c) => c.kind);
    }));
    return MatchQuestion.parse({ v: 1, needs: fields.needs, region: fields.region, languages: fields.languages, recordings: [...kinds].sort() });
  }

  /** A right to read this question once, from a fresh account: the service's own chain tells it no more. */
  async function permit(service: Hex, it: MatchQuestion): Promise<MatchPermit> {
    const account = parts.accounts.fresh('relationship', 'Matching');
    const salt = newSalt();
    const terms = [CATEGORIES.indexOf('health'), READ, PERMIT_SECONDS, questionLeaf(it, salt), purposeHash(PURPOSE)];
    const sent = await chain.as(account.index).send({ key: `match:${account.index}`, contract: 'consent', method: 'grant', args: [service, terms, `0x${'00'.repeat(32)}`] });
    return { rightId: Number(sent.events.find((e) => e.name === 'AccessGranted')!.args.rightId), owner: account.address, salt };
  }

  return {
    offers, question,
    /** One that somebody else runs. @throws AppError `invalid-argument` over plain http, or for no address */
    service(url: string, account: string): MatchService {
      const parsed = AddressIn.safeParse(account);
      if (!parsed.success || !URL.canParse(url)) throw new AppError('invalid-argument', 'That is no matching service.', { hint: 'Name its https address and its account.' });
      return httpMatcher(url, parsed.data);
    },
    /** Ranked, best first. Without a service it is ranked here and nothing leaves this machine. */
    async match(fields: MatchFields, service: MatchService = local, signal?: AbortSignal): Promise<MatchRow[]> {
      const it = question(fields);
      // Their profiles give them names, whoever ranks.
      await offers();
      const ranked = await service.rank(it, service.account === null ? null : await permit(service.account, it), signal);
      // A service may name whom it likes; who is not accredited is not shown.
      const accredited = (p: PartyView) => p.roles.some((r) => (Role[r] & FOUND) !== 0);
      return ranked.map(({ account, ...rest }) => ({ institution: party(account), ...rest })).filter((row) => accredited(row.institution));
    },
    /** The institution's: signs its profile, lays it out, and names it in the registry. */
    async publishProfile(profile: Omit<InstitutionProfile, 'v' | 'issuedAt'>): Promise<{ cid: string }> {
      const me = chain.reads.participant(parts.address);
      if (((me?.roles ?? 0) & FOUND) === 0) throw new AppError('not-yours', 'This account is accredited neither as a provider nor as an institution.', { hint: 'The registrar of the network accredits them.' });
      const bytes = await signProfile({ ...profile, v: 1, issuedAt: Math.floor(Date.now() / 1000) }, { address: parts.address, signTypedData: (d, t, v) => parts.wallet.signTypedData(d, t, v) }, context);
      const cid = await layOut(parts.profile, blobs.store, 'profile', { [PROFILE_FILE]: bytes });
      await chain.ensureRegistered(Role.customer, withProfile(blobs.endpoint, cid));
      return { cid };
    },
  };
}
export type Matching = ReturnType<typeof createMatching>;
