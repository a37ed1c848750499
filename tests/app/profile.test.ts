import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAtRest, sealAtRest } from '../../electron/app/at-rest.ts';
import { createProfileWithWallet, openNode, restoreProfile } from '../../electron/app/node.ts';
import { createProfile, openProfile, profileDir } from '../../electron/app/profile.ts';
import { writeFileAtomic } from '../../electron/app/write-file-atomic.ts';
import { createWallet } from '../../electron/wallet/wallet.ts';
import { toAppError } from '../../shared/errors.ts';
import { CHEAP, isClear, PASSPHRASE, refusal } from '../market/world.ts';

let root: string;
let dir: string;
let made = 0;
beforeAll(() => { root = mkdtempSync(join(tmpdir(), 'phdex-profile-')); });
beforeEach(() => { process.env.PHDEX_PASSPHRASE = PASSPHRASE; dir = join(root, `p${++made}`); });
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function profile(): Promise<string> {
  createProfile(dir);
  return (await createWallet(join(dir, 'keystore.json'), PASSPHRASE, CHEAP)).mnemonic;
}
const named = (work: () => unknown) => { try { work(); } catch (error) { return toAppError(error); } throw new Error('was not refused'); };

describe('making a profile', () => {
  it('makes it for its person alone', async () => {
    const { address, mnemonic } = await createProfileWithWallet({ profile: dir });
    expect(mnemonic.split(' ')).toHaveLength(12);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    for (const name of ['profile.json', 'keystore.json']) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
    const again = await refusal(createProfileWithWallet({ profile: dir }));
    expect([again.code, isClear(again)]).toEqual(['profile-exists', true]);
    const node = await openNode({ profile: dir });
    expect(node.address).toBe(address);
    await node.stop();
    // The same words on another machine are the same person.
    const other = join(root, `p${++made}`);
    expect((await restoreProfile({ profile: other }, mnemonic)).address).toBe(address);
  });

  it('leaves nothing where the passphrase is too short, and can be done again', async () => {
    process.env.PHDEX_PASSPHRASE = 'short';
    const refused = await refusal(createProfileWithWallet({ profile: dir }));
    expect([refused.code, isClear(refused)]).toEqual(['passphrase-wrong', true]);
    expect(existsSync(dir)).toBe(false);
    process.env.PHDEX_PASSPHRASE = PASSPHRASE;
    await createProfileWithWallet({ profile: dir });
  });

  it('leaves nothing where the words are no mnemonic', async () => {
    for (const words of ['', 'one two three', 'abandon '.repeat(12)]) {
      const refused = await refusal(restoreProfile({ profile: dir }, words));
      expect([refused.code, isClear(refused)]).toEqual(['mnemonic-invalid', true]);
      expect(existsSync(dir)).toBe(false);
    }
  });

  it('keeps a folder that was there, with what is in it', async () => {
    mkdirSync(dir);
    writeFileSync(join(dir, 'mine.txt'), 'mine');
    await refusal(restoreProfile({ profile: dir }, 'no mnemonic'));
    expect(readdirSync(dir)).toEqual(['mine.txt']);
  });

  it('takes a name as a folder of the user’s data, and a path as it is', () => {
    expect(profileDir('anna', { XDG_DATA_HOME: join(root, 'data') })).toBe(join(root, 'data', 'phdex', 'anna'));
    expect(profileDir('./anna')).toBe(join(process.cwd(), 'anna'));
    expect(profileDir(dir)).toBe(dir);
  });
});

describe('opening a profile', () => {
  it('refuses a wrong passphrase, and does not keep the profile', async () => {
    await profile();
    const before = readdirSync(dir).toSorted();
    process.env.PHDEX_PASSPHRASE = `${PASSPHRASE}!`;
    const refused = await refusal(openNode({ profile: dir }));
    expect([refused.code, isClear(refused)]).toEqual(['passphrase-wrong', true]);
    expect(refused.message + (refused.hint ?? '')).not.toContain(PASSPHRASE);
    expect(existsSync(join(dir, 'phdex.sqlite'))).toBe(false);
    process.env.PHDEX_PASSPHRASE = PASSPHRASE;
    await (await openNode({ profile: dir })).stop();
    expect(before.every((name) => existsSync(join(dir, name)))).toBe(true);
  });

  it('refuses a profile that is in use in this process, and takes it when it is free', async () => {
    await profile();
    const node = await openNode({ profile: dir });
    const refused = await refusal(openNode({ profile: dir }));
    expect([refused.code, refused.retryable, isClear(refused)]).toEqual(['profile-in-use', true, true]);
    // The refusal has not harmed the one that holds it.
    expect(node.recordings()).toEqual([]);
    await node.stop();
    await (await openNode({ profile: dir })).stop();
  });

  it('refuses a profile that another process holds, however that one ends', async () => {
    await profile();
    const script = `import { openProfile } from ${JSON.stringify(new URL('../../electron/app/profile.ts', import.meta.url).href)};
      openProfile(process.argv[1]); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await new Promise<void>((resolve) => child.stdout.on('data', () => resolve()));
      expect((await refusal(openNode({ profile: dir }))).code).toBe('profile-in-use');
    } finally {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.on('close', resolve));
    }
    await (await openNode({ profile: dir })).stop();
  });

  it('names a profile that is not there, or is not one', async () => {
    const none = await refusal(openNode({ profile: dir }));
    expect([none.code, isClear(none)]).toEqual(['profile-missing', true]);
    expect(existsSync(dir)).toBe(false);
    for (const text of ['', '{', '{"version":2}', 'null', '[]']) {
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, 'profile.json'), text);
      expect(named(() => openProfile(dir)).code).toBe('database-corrupt');
    }
  });

  it('names a damaged key store and a damaged database, and lets go of the profile', async () => {
    await profile();
    const keystore = readFileSync(join(dir, 'keystore.json'));
    writeFileSync(join(dir, 'keystore.json'), keystore.subarray(0, 50));
    expect((await refusal(openNode({ profile: dir }))).code).toBe('keystore-corrupt');
    rmSync(join(dir, 'keystore.json'));
    expect((await refusal(openNode({ profile: dir }))).code).toBe('profile-missing');
    writeFileSync(join(dir, 'keystore.json'), keystore);
    writeFileSync(join(dir, 'phdex.sqlite'), 'this is no database, whatever it is called'.repeat(200));
    const refused = await refusal(openNode({ profile: dir }));
    expect([refused.code, isClear(refused)]).toEqual(['database-corrupt', true]);
    rmSync(join(dir, 'phdex.sqlite'));
    await (await openNode({ profile: dir })).stop();
  });

  it('says which network is missing, and only when one is needed', async () => {
    await profile();
    delete process.env.PHDEX_NETWORK;
    const node = await openNode({ profile: dir });
    expect(node.recordings()).toEqual([]);
    const refused = await refusal(node.balance(node.address));
    expect([refused.code, isClear(refused)]).toEqual(['invalid-argument', true]);
    await node.stop();
    for (const [text, code] of [['{', 'chain-wrong'], ['{"name":"","chainId":1}', 'chain-wrong'], [null, 'file-not-found']] as const) {
      const file = join(root, 'network.json');
      if (text === null) rmSync(file); else writeFileSync(file, text);
      const other = await openNode({ profile: dir, network: file });
      const why = await refusal(other.balance(other.address));
      expect([why.code, isClear(why)], why.message).toEqual([code, true]);
      await other.stop();
    }
  });
});

describe('small secrets at rest', () => {
  const key = new Uint8Array(32).fill(7);
  it('come back, and under no other key, name or byte', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), fc.string({ maxLength: 30 }), fc.nat(), (secret, name, at) => {
      const sealed = sealAtRest(key, name, secret);
      expect([...openAtRest(key, name, sealed)]).toEqual([...secret]);
      const changed = Uint8Array.from(sealed);
      changed[at % changed.length]! ^= 1 << (at % 8);
      for (const attempt of [() => openAtRest(key, name, changed), () => openAtRest(key, `${name}x`, sealed), () => openAtRest(new Uint8Array(32), name, sealed), () => openAtRest(key, name, sealed.subarray(0, -1)), () => openAtRest(key, name, new Uint8Array(0))]) {
        expect(named(attempt).code).toBe('database-corrupt');
      }
    }), { numRuns: 60 });
  });

  it('never look the same twice', () => {
    expect(Buffer.from(sealAtRest(key, 'a', key)).equals(sealAtRest(key, 'a', key))).toBe(false);
  });
});

describe('a small file', () => {
  it('is the old or the new one, and nothing else is left', () => {
    mkdirSync(dir);
    const path = join(dir, 'file');
    writeFileAtomic(path, 'old');
    writeFileAtomic(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(() => writeFileAtomic(join(dir, 'nowhere', 'file'), 'x')).toThrow();
    expect(() => writeFileAtomic(path, 5 as never)).toThrow();
    expect(readdirSync(dir)).toEqual(['file']);
    expect(readFileSync(path, 'utf8')).toBe('new');
  });
});
