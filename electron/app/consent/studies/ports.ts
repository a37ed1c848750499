import type { Hex } from '../../../../shared/domain/chain.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { StudyPorts } from '../../../consent/studies/ports.ts';
import { studyReads } from '../../../db/queries/study-reads.ts';
import type { Chain } from '../../chain-service.ts';
import type { NodeParts } from '../../open-parts.ts';
import { createGranteeKeys } from '../../secret-stores.ts';

/** Studies over a profile and its network. @throws AppError `chain-wrong` where the network has none */
export function studyPorts(parts: Pick<NodeParts, 'db' | 'wallet' | 'accounts' | 'address'>, chain: Chain): StudyPorts {
  const studiesAddress = chain.network.contracts.studies;
  if (!studiesAddress) throw new AppError('chain-wrong', `${chain.network.name} has no studies.`, { hint: 'It was made before there were any; use a newer network.' });
  return {
    reads: chain.reads, studies: studyReads(parts.db), me: parts.address.toLowerCase() as Hex,
    indexOf: (address) => parts.accounts.indexOf(address), accounts: () => parts.accounts.mine(),
    as: (index) => chain.as(index), read: chain.read,
    async time() {
      const block = await chain.call<{ number: string; timestamp: string }>('eth_getBlockByNumber', ['latest', false]);
      return { at: Number(block.timestamp), block: Number(block.number) };
    },
    mine: chain.network.local ? async () => { await chain.call('evm_mine', []); } : null,
    keys: createGranteeKeys(parts.db, parts.wallet), wallet: parts.wallet, studiesAddress,
  };
}
