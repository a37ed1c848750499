import { readFileSync } from 'node:fs';

/** Of Linux: a process that has ended and waits for its parent does not live. */
export const alive = (pid: number): boolean => { try { return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')); } catch { return false; } };
export const command = (pid: number): string => { try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '); } catch { return ''; } };
/** Processes that one has started, and theirs. */
export function offspring(of = process.pid): number[] {
  let children: number[];
  try { children = readFileSync(`/proc/${of}/task/${of}/children`, 'utf8').split(' ').filter(Boolean).map(Number); } catch { return []; }
  return children.flatMap((pid) => [pid, ...offspring(pid)]);
}
