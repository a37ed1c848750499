import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Hex } from '../../shared/domain/chain.ts';

/** The report as canonical JSON (RFC 8785): the same bytes on every machine. */
export function canonicalReport(report: { version: number; score: number }): string {
  return canonicalize(report)!;
}

/** SHA-256 of the canonical report, as it stands on chain. */
export function reportHash(report: { version: number; score: number }): Hex {
  return `0x${createHash('sha256').update(canonicalReport(report), 'utf8').digest('hex')}`;
}
