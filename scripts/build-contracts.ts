/**
 * Compiles the contracts and writes the artefacts that the app deploys and calls, so that running the app needs
 * neither forge nor a compiler.
 *
 *   npm run contracts             forge build, then resources/contracts/*.json
 *   npm run contracts -- --check  fails where the artefacts in the repository are not those of the sources
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(fileURLToPath(import.meta.url), '../..');
const TARGET = join(ROOT, 'resources/contracts');

/** Contract name → its artefact below contracts/out. */
const CONTRACTS = {
  AccessManager: 'AccessManager.sol/AccessManager.json',
  PhdCoin: 'PhdCoin.sol/PhdCoin.json',
  Participants: 'Participants.sol/Participants.json',
  Market: 'Market.sol/Market.json',
  DeviceRegistry: 'DeviceRegistry.sol/DeviceRegistry.json',
  Forwarder: 'Forwarder.sol/Forwarder.json',
  Consent: 'Consent.sol/Consent.json',
  Records: 'Records.sol/Records.json',
  Anchors: 'Anchors.sol/Anchors.json',
  Studies: 'Studies.sol/Studies.json',
} as const;

type ForgeArtefact = { abi: unknown[]; bytecode: { object: string; linkReferences: Record<string, unknown> }; metadata: { sources: Record<string, { keccak256: string }> } };

/** SHA-256 over the names and hashes of all sources that the contract was compiled from. */
function sourceHash(artefact: ForgeArtefact): string {
  const lines = Object.entries(artefact.metadata.sources).map(([name, source]) => `${name} ${source.keccak256}`).sort();
  return `0x${createHash('sha256').update(lines.join('\n')).digest('hex')}`;
}

function artefactText(contractName: string, path: string): string {
  const artefact = JSON.parse(readFileSync(join(ROOT, 'contracts/out', path), 'utf8')) as ForgeArtefact;
  if (Object.keys(artefact.bytecode.linkReferences).length > 0) throw new Error(`${contractName} has unlinked libraries.`);
  return `${JSON.stringify({ contractName, abi: artefact.abi, bytecode: artefact.bytecode.object, sourceHash: sourceHash(artefact) }, null, 1)}\n`;
}

function forgeBuild(): void {
  // The compiler stand-in is started by its `#!/usr/bin/env node`; give it the project's own Node.
  const path = [join(ROOT, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const run = spawnSync(join(ROOT, 'node_modules/.bin/forge'), ['build', '--skip', 'test', '--skip', 'script'], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, PATH: path } });
  if (run.status !== 0) throw new Error(`forge build failed.\n${run.stdout}${run.stderr}${run.error ?? ''}`);
}

forgeBuild();
const check = process.argv.includes('--check');
const stale: string[] = [];
mkdirSync(TARGET, { recursive: true });
for (const [name, path] of Object.entries(CONTRACTS)) {
  const text = artefactText(name, path);
  const file = join(TARGET, `${name}.json`);
  if (check) {
    let committed = '';
    try { committed = readFileSync(file, 'utf8'); } catch { /* missing counts as stale */ }
    if (committed !== text) stale.push(name);
  } else {
    writeFileSync(`${file}.tmp`, text);
    renameSync(`${file}.tmp`, file);
  }
}
if (stale.length > 0) {
  console.error(`resources/contracts is not what contracts/src compiles to: ${stale.join(', ')}. Run npm run contracts and commit the result.`);
  process.exitCode = 1;
} else {
  console.log(check ? 'resources/contracts is up to date.' : `Wrote ${Object.keys(CONTRACTS).length} artefacts to resources/contracts.`);
}
