import { afterAll, beforeAll, expect, it } from 'vitest';
import { contractInterface } from '../../electron/chain/contracts.ts';
import { Role, type RoleName } from '../../shared/domain/chain.ts';
import { Operation } from '../../shared/domain/consent.ts';
import { allowed } from '../../shared/permissions.ts';
import { localChain, testWallet, type LocalChain } from '../chain/local-chain.ts';

// Permissions.sol is a library without a door of its own: it is asked through whoever decides by it, with the account's
// roles set by a state override, so that every set of roles costs one eth_call.
let world: LocalChain;
beforeAll(async () => { world = await localChain(); });
afterAll(() => world.close());

const account = testWallet(1).address;
const patient = testWallet(2).address;
const word = (byte: string) => `0x${byte.repeat(32)}`;

/** Participants with `roles` for whoever asks: returns one Account (stake, earnings, roles, id) to any call. */
function participantsSaying(roles: number): string {
  // PUSH4 roles, PUSH1 0x40, MSTORE, PUSH1 0x80, PUSH1 0, RETURN
  return `0x63${roles.toString(16).padStart(8, '0')}60405260806000f3`;
}

async function contractAllows(roles: number, operations: number, category: number): Promise<boolean> {
  const { consent, records, participants } = world.network.contracts;
  const call = operations === Operation.issue
    ? { to: records, data: contractInterface('records').encodeFunctionData('issue', [patient, category, word('01'), word('02'), '0x01', '0x01', 0]) }
    : { to: consent, data: contractInterface('consent').encodeFunctionData('request', [patient, [category, operations, 60, word('03'), word('04')], word('05'), '0x']) };
  try {
    await world.chain.rpc.call('eth_call', [{ from: account, ...call }, 'latest', { [participants]: { code: participantsSaying(roles) } }]);
    return true;
  } catch (error) {
    // Only the refusal by the table counts as one.
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error as object))).toMatch(new RegExp(contractInterface(operations === Operation.issue ? 'records' : 'consent').getError(operations === Operation.issue ? 'RecordNotAllowed' : 'ConsentNotAllowed')!.selector.slice(2)));
    return false;
  }
}

const CELLS = Object.entries(Role).flatMap(([name, role]) => [0, 1, 2].map((category) => ({ name: name as RoleName, role, category })));

it.each(CELLS)('$name, category $category: reads, appends, both, issues as the contract has it', async ({ role, category }) => {
  for (const operations of [Operation.read, Operation.append, Operation.read | Operation.append, Operation.issue]) {
    expect(await contractAllows(role, operations, category), `operations ${operations}`).toBe(allowed(role, operations, category));
  }
});

it('two roles are no more than the better of them', async () => {
  const pairs: [number, number, number][] = [[Role.provider | Role.insurer, 3, 1], [Role.provider | Role.insurer, 3, 2], [Role.researcher | Role.agency, 1, 1], [Role.customer | Role.insurer, 1, 1], [0, 1, 0]];
  for (const [roles, operations, category] of pairs) expect(await contractAllows(roles, operations, category)).toBe(allowed(roles, operations, category));
});

it('emergency: whom the market lets open one', async () => {
  const data = contractInterface('consent').encodeFunctionData('emergency', [1, 1, 1, 60, word('06'), '0x']);
  for (const [name, role] of Object.entries(Role)) {
    const error = await world.chain.rpc.call('eth_call', [{ from: account, to: world.network.contracts.consent, data }, 'latest', { [world.network.contracts.participants]: { code: participantsSaying(role) } }]).catch((e: unknown) => JSON.stringify(e, Object.getOwnPropertyNames(e as object)));
    const refusedByTable = String(error).includes(contractInterface('consent').getError('ConsentNotAllowed')!.selector.slice(2));
    // The next check is the dataset's mark.
    expect(refusedByTable || String(error).includes(contractInterface('consent').getError('ConsentNotReadable')!.selector.slice(2)), name).toBe(true);
    expect(!refusedByTable, name).toBe(allowed(role, Operation.emergency, 0));
  }
});

it('knows no category beyond the third, and no empty set of operations', () => {
  expect(allowed(0xffff, 1, 3)).toBe(false);
  expect(allowed(0xffff, 0, 0)).toBe(false);
});
