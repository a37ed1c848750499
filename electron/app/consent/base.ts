import type { PartyView } from '../../../shared/api/consent.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import { CATEGORIES, Operation, type Category, type Operations, type RightRow } from '../../../shared/domain/consent.ts';
import { AppError } from '../../../shared/errors.ts';
import type { RightContext } from '../../consent/context.ts';
import { createTalk, type Signer } from '../../consent/talk.ts';
import { consentReads } from '../../db/queries/consent-reads.ts';
import { chainReads } from '../../db/queries/chain-reads.ts';
import type { Messages } from '../../storage/messages.ts';
import { openVault } from '../at-rest.ts';
import type { Backstage } from '../backstage.ts';
import { partyViews } from './party.ts';

export type ConsentBase = ReturnType<typeof createConsentBase>;

export const categoryOf = (number: number): Category => CATEGORIES[number] ?? 'health';
export const operationsOf = (bits: number): Operations => (bits === Operation.read ? 'read' : bits === Operation.append ? 'append' : 'read-append');
export const bitsOf = (operations: Operations): number => ({ read: Operation.read, append: Operation.append, 'read-append': Operation.read | Operation.append })[operations];
export const ZERO: Hex = `0x${'0'.repeat(64)}`;

/** What the owner's and the grantee's side of consent share. */
export function createConsentBase(b: Backstage, names: (address: Hex) => string | null = () => null) {
  const { db, wallet, accounts } = b.parts;
  const reads = consentReads(db);
  const { network } = b.chain;
  const newest = db.prepare('SELECT max(at) FROM blocks').pluck();

  /** @throws AppError `chain-wrong` on a network that was made before there was sharing by consent */
  function contract(): { chainId: number; consent: Hex } {
    if (!network.contracts.consent) throw new AppError('chain-wrong', `${network.name} was made before networks had sharing by consent.`, { hint: 'Use a newer network, or make this one anew.' });
    return { chainId: network.chainId, consent: network.contracts.consent.toLowerCase() as Hex };
  }
  let talk: ReturnType<typeof createTalk> | undefined;

  return {
    b, reads, contract, vault: openVault(wallet, 'consent'), chainReads: chainReads(db), party: partyViews(db, names) as (address: Hex) => PartyView,
    get talk() { return (talk ??= createTalk(contract())); },
    /** Unix seconds, the later of this clock and the chain's: a right is over when either says so. */
    now: (): number => Math.max(Math.floor(Date.now() / 1000), (newest.get() as number | null) ?? 0),
    mine: () => accounts.mine(),
    /** @throws AppError `not-yours` */
    indexOf(owner: Hex): number | null {
      const index = accounts.indexOf(owner);
      if (index === undefined) throw new AppError('not-yours', 'That right belongs to another person.', { hint: 'Open the profile that gave it.' });
      return index;
    },
    signer(index: number | null): Signer {
      const account = wallet.account(index);
      return { address: account.address, signTypedData: (domain, types, value) => account.signTypedData(domain, types, value) };
    },
    context: (right: { owner: Hex; grantee: Hex }): RightContext => ({ ...contract(), owner: right.owner.toLowerCase() as Hex, grantee: right.grantee.toLowerCase() as Hex }),
    /** @throws AppError `access-unknown` */
    right(rightId: number): RightRow {
      const right = reads.right(rightId);
      if (!right) throw new AppError('access-unknown', `There is no request or right ${rightId} on this network.`, { hint: 'Look at the list again.' });
      return right;
    },
    /** Asks the chain itself, and holds the answer to this clock. */
    async isLive(right: Pick<RightRow, 'id' | 'owner' | 'scopeRoot' | 'expiry'>): Promise<boolean> {
      if (Math.floor(Date.now() / 1000) > right.expiry) return false;
      const [live] = await b.chain.read('consent', 'isLive', [right.id, right.owner, right.scopeRoot]);
      return live === true;
    },
    /** @throws AppError `storage-unreachable` where a Kubo daemon stores */
    messages(): Messages {
      const { messages } = b.blobs.store;
      if (!messages) throw new AppError('storage-unreachable', 'A Kubo daemon carries no messages between people’s apps.', { hint: 'Start PHDex without PHDEX_IPFS, with its own IPFS node, to share by consent.' });
      return messages;
    },
    addresses: (): string[] => b.blobs.store.addresses().slice(0, 4),
    /** Where an account says in the registry that it is reached. */
    endpoints: (address: Hex): string[] => (b.chain.reads.participant(address)?.endpoint ?? '').split(',').map((a) => a.trim()).filter((a) => a.startsWith('/')).slice(0, 8),
  };
}
