import { readFileSync } from 'node:fs';
import { Interface, type InterfaceAbi } from 'ethers';
import type { Hex } from '../../shared/domain/chain.ts';

export type Artefact = { contractName: string; abi: InterfaceAbi; bytecode: Hex };
export type ContractKey = 'coin' | 'participants' | 'market' | 'accessManager' | 'devices' | 'forwarder' | 'consent' | 'records' | 'anchors' | 'studies';

const FILES: Record<ContractKey, string> = {
  coin: 'PhdCoin', participants: 'Participants', market: 'Market', accessManager: 'AccessManager', devices: 'DeviceRegistry',
  forwarder: 'Forwarder', consent: 'Consent', records: 'Records', anchors: 'Anchors', studies: 'Studies',
};
const FOLDER = new URL('../../resources/contracts/', import.meta.url);
const artefacts = new Map<ContractKey, Artefact>();
const interfaces = new Map<ContractKey, Interface>();

/** A contract as it was compiled; see scripts/build-contracts.ts. */
export function artefact(key: ContractKey): Artefact {
  let found = artefacts.get(key);
  if (!found) artefacts.set(key, (found = JSON.parse(readFileSync(new URL(`${FILES[key]}.json`, FOLDER), 'utf8')) as Artefact));
  return found;
}

export function contractInterface(key: ContractKey): Interface {
  let found = interfaces.get(key);
  if (!found) interfaces.set(key, (found = new Interface(artefact(key).abi)));
  return found;
}
