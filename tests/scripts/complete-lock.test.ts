import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { missingEntries, type Lock } from '../../scripts/complete-lock.ts';

const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as Lock & { packages: Record<string, { resolved?: string }> };

describe('package-lock.json', () => {
  it('names the binaries of every platform, so that npm ci finds it whole', () => {
    expect(missingEntries(lock)).toEqual([]);
  });

  it('keeps better-sqlite3 from being compiled, which needs Python', () => {
    expect(lock.packages['node_modules/better-sqlite3']?.gypfile).toBe(false);
  });

  it('names no registry', () => {
    expect(Object.entries(lock.packages).filter(([, p]) => p.resolved !== undefined).map(([name]) => name)).toEqual([]);
  });
});

describe('missingEntries', () => {
  it('says what an absent platform package is for', () => {
    const one: Lock = { packages: { 'node_modules/a': { dev: true, optionalDependencies: { '@a/linux-arm64-musl': '1.2.3', '@a/win32-x64': '1.2.3', ranged: '^1.0.0' } } } };
    expect(missingEntries(one)).toEqual([
      ['node_modules/@a/linux-arm64-musl', { version: '1.2.3', dev: true, optional: true, cpu: ['arm64'], os: ['linux'], libc: ['musl'] }],
      ['node_modules/@a/win32-x64', { version: '1.2.3', dev: true, optional: true, cpu: ['x64'], os: ['win32'] }],
    ]);
  });
});
