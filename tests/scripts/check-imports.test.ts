import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkImports, whyForbidden } from '../../scripts/check-imports.ts';

describe('direction of imports', () => {
  it.each([
    ['electron/capture/a.ts', 'electron/market/b.ts'],
    ['electron/vault/a.ts', 'electron/app/b.ts'],
    ['electron/merkle/a.ts', 'electron/vault/b.ts'],
    ['electron/market/a.ts', 'electron'],
    ['electron/market/a.ts', 'renderer/src/a.ts'],
    ['shared/a.ts', 'electron/db/a.ts'],
    ['renderer/src/a.ts', 'electron/db/a.ts'],
    ['electron/cli.ts', 'electron/vault/a.ts'],
    ['electron/nowhere/a.ts', 'electron/vault/a.ts'],
  ])('%s may not import %s', (file, target) => {
    expect(whyForbidden(file, target)).toMatch(/\w/);
  });

  it.each([
    ['electron/market/a.ts', 'electron/vault/b.ts'],
    ['electron/datasets/a.ts', 'electron/merkle/b.ts'],
    ['electron/app/a.ts', 'electron/chain/b.ts'],
    ['electron/cli.ts', 'electron/app/b.ts'],
    ['electron/market/a.ts', 'shared/errors.ts'],
    ['electron/main.ts', 'electron'],
  ])('%s may import %s', (file, target) => {
    expect(whyForbidden(file, target)).toBeNull();
  });

  it('lets the renderer know the type of the API, and nothing else of electron/', () => {
    expect(whyForbidden('renderer/src/api/client.ts', 'electron/api/router.ts', true)).toBeNull();
    expect(whyForbidden('renderer/src/api/client.ts', 'electron/api/router.ts', false)).toMatch(/only through its API/);
    expect(whyForbidden('renderer/src/app/App.tsx', 'electron/api/router.ts', true)).toMatch(/only through its API/);
    expect(whyForbidden('renderer/src/api/client.ts', 'electron/app/host-types.ts', true)).toMatch(/only through its API/);
  });

  it('holds for this repository', () => {
    expect(checkImports(fileURLToPath(new URL('../..', import.meta.url)))).toEqual([]);
  });
});
