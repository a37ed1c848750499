import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';

const Address = z.string().regex(/^0x[0-9a-fA-F]{40}$/).transform((a) => a as Hex);

/** A network: where its endpoint is and which contracts are its own. */
export const NetworkRecord = z.strictObject({
  name: z.string().min(1).max(40),
  chainId: z.number().int().positive(),
  rpcUrl: z.url(),
  contracts: z.strictObject({ accessManager: Address, coin: Address, participants: Address, market: Address, /** Names the network's list of validated hardware; networks that were made before there was one have none. */ devices: Address.optional(),
    /** Sharing by consent; networks that were made before it have none. */
    forwarder: Address.optional(), consent: Address.optional(), records: Address.optional(), anchors: Address.optional(), studies: Address.optional(),
  }),
  deployedBlock: z.number().int().nonnegative(),
  /** Blocks on top of an access before a keeper acts on it. */
  confirmations: z.number().int().nonnegative(),
  /** Whether recordings of the simulator may be listed: only on a network for trying things out. */
  allowSimulated: z.boolean(),
  /** Who sends for fresh accounts and pays their gas (`phdex relay`); without one that needs the profile's own account. */
  relayer: z.url({ protocol: /^https?$/ }).optional(),
  /** Whether it is the embedded chain of this machine. */
  local: z.boolean(),
});
export type NetworkRecord = z.infer<typeof NetworkRecord>;

const SHIPPED = new URL('../../resources/networks.json', import.meta.url);

/** Reads a network file, or the network of that name that is shipped. @throws AppError `file-not-found`, `chain-wrong` */
export function readNetwork(fileOrName: string): NetworkRecord {
  if (existsSync(fileOrName)) return parseNetwork(readFileSync(fileOrName, 'utf8'), fileOrName);
  const shipped = JSON.parse(readFileSync(SHIPPED, 'utf8')) as { networks: { name: string }[] };
  const found = shipped.networks.find((n) => n.name === fileOrName);
  if (!found) throw new AppError('file-not-found', `There is no network file ${fileOrName}, and no shipped network of that name.`, { hint: `Start one with \`phdex network start\`${shipped.networks.length > 0 ? `, or use one of: ${shipped.networks.map((n) => n.name).join(', ')}` : ''}.` });
  return parseNetwork(JSON.stringify(found), 'resources/networks.json');
}

/** @throws AppError `chain-wrong` with the field */
export function parseNetwork(text: string, where: string): NetworkRecord {
  let json: unknown;
  try { json = JSON.parse(text); } catch (cause) { throw new AppError('chain-wrong', `${where} is no JSON.`, { hint: 'See resources/networks.json for the form.', cause }); }
  const parsed = NetworkRecord.safeParse(json);
  if (!parsed.success) { const issue = parsed.error.issues[0]!; throw new AppError('chain-wrong', `${where}: ${issue.path.join('.')}: ${issue.message}.`, { hint: 'See docs/protocol.md for the form of a network file.' }); }
  return parsed.data;
}
