/**
 * Signs the list of validated hardware with a maintainer's key and writes `resources/devices.json.sig` and the JSON schema.
 *
 *   npm run devices -- --key FILE              signs; FILE is an Ed25519 private key in PEM (PKCS #8), outside of the repository
 *   npm run devices -- --key OLD --key NEW     signs with both, while a key is being changed
 *   npm run devices -- --new-key FILE          makes a key and prints its public part for electron/quality/hardware/maintainers.ts
 *   npm run devices -- --check                 fails where the signature or the schema is not that of the list
 *
 * PHDEX_DEVICES_KEY names the key file as well.
 */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readSignedList } from '../electron/quality/hardware/registry.ts';
import { MAINTAINER_KEYS } from '../electron/quality/hardware/maintainers.ts';
import { keyId, rawPublicKey, signatureLine } from '../electron/quality/hardware/signature.ts';
import { DeviceList } from '../shared/domain/device.ts';

const ROOT = resolve(fileURLToPath(import.meta.url), '../..');
const LIST = join(ROOT, 'resources/devices.json');
const SIGNATURE = `${LIST}.sig`;
const SCHEMA = join(ROOT, 'resources/devices.schema.json');

/** The schema of the list as zod has it, for editors and for people who propose an entry. */
export const schemaText = (): string => `${JSON.stringify({ title: 'PHDex: validated hardware', ...z.toJSONSchema(DeviceList, { io: 'input' }) }, null, 1)}\n`;

function main(): void {
  const { values } = parseArgs({ options: { key: { type: 'string', multiple: true }, 'new-key': { type: 'string' }, check: { type: 'boolean' } } });
  if (values['new-key'] !== undefined) {
    if (!relative(ROOT, resolve(values['new-key'])).startsWith('..')) throw new Error('A private key does not belong into the repository: name a file outside of it.');
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(values['new-key'], privateKey.export({ type: 'pkcs8', format: 'pem' }), { flag: 'wx', mode: 0o600 });
    const raw = rawPublicKey(privateKey);
    console.log(`Public key ${keyId(raw)}: ${raw.toString('base64')}`);
    return;
  }
  const bytes = readFileSync(LIST);
  if (values.check) {
    readSignedList(bytes, readFileSync(SIGNATURE, 'utf8'));
    if (readFileSync(SCHEMA, 'utf8') !== schemaText()) throw new Error('resources/devices.schema.json is not the schema of shared/domain/device.ts; run npm run devices.');
    console.log('resources/devices.json is signed, and its schema is up to date.');
    return;
  }
  const files = values.key ?? (process.env['PHDEX_DEVICES_KEY'] ? [process.env['PHDEX_DEVICES_KEY']] : []);
  if (files.length === 0) throw new Error('No key: name its file with --key or in PHDEX_DEVICES_KEY.');
  DeviceList.parse(JSON.parse(bytes.toString('utf8')));
  const lines = files.map((file) => signatureLine(bytes, createPrivateKey(readFileSync(file)))).join('');
  // Refuses a key that no app would believe, before the old signature is overwritten.
  readSignedList(bytes, lines, MAINTAINER_KEYS);
  writeFileSync(SCHEMA, schemaText());
  writeFileSync(SIGNATURE, lines);
  console.log(`Signed version ${(JSON.parse(bytes.toString('utf8')) as DeviceList).version} with ${files.length === 1 ? 'one key' : `${files.length} keys`}.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try { main(); } catch (error) { console.error(error instanceof Error ? error.message : String(error)); process.exitCode = 1; }
}
