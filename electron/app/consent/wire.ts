import { toAppError, type AppError } from '../../../shared/errors.ts';
import type { Answer } from '../../consent/talk.ts';
import type { GranteeConsent } from './grantee.ts';
import type { OwnerConsent } from './owner.ts';

/**
 * What other people's apps may say to this one. One node has one handler: a person can be an owner and a grantee.
 * @returns how to stop
 */
export async function serveConsent(owner: OwnerConsent, grantee: GranteeConsent, onRefused: (error: AppError) => void = () => undefined): Promise<() => Promise<void>> {
  const { base } = owner;
  const { messages } = base.b.blobs.store;
  // A Kubo daemon stores and fetches, and carries no words; a network without the contract has nothing to say.
  if (!messages || !base.b.chain.network.contracts.consent) return async () => undefined;
  const { talk } = base;
  async function answer(bytes: Uint8Array, peerId: string): Promise<Answer> {
    const message = talk.read(bytes, { local: messages!.peerId, remote: peerId });
    // It names a right by its number.
    owner.ids.heal();
    switch (message.kind) {
      case 'fetch': return owner.sending.answerFetch(message);
      case 'append': return owner.appended.answer(message);
      case 'push': return grantee.fetching.takePush(message);
      case 'erased': return grantee.takeErased(message);
    }
  }
  return messages.serve(async (bytes, { peerId }) => {
    try {
      return talk.writeAnswer(await answer(bytes, peerId));
    } catch (error) {
      // A stranger learns that it was refused and nothing else.
      onRefused(toAppError(error));
      return talk.writeAnswer({ v: 1, ok: false, code: 'refused' });
    }
  });
}
