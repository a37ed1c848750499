import { z } from 'zod';
import type { Hex } from '../../shared/domain/chain.ts';

const hex = (bytes: number) => z.string().regex(new RegExp(`^0x[0-9a-f]{${bytes * 2}}$`)).transform((h) => h as Hex);
export const Hex32 = hex(32);
/** Lower-case, as everywhere in the app. */
export const HexAddress = hex(20);
/** libp2p multiaddrs at which somebody answers. */
export const Addresses = z.array(z.string().regex(/^\/[\x21-\x7e]{1,199}$/)).max(8);
