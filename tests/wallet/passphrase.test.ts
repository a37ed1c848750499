import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPassphrase } from '../../electron/wallet/passphrase.ts';

let dir: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-pass-')); });
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A terminal that types the given lines, each when it is asked. */
function terminal(...typed: (string | Buffer)[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true, raw: [] as boolean[], setRawMode(on: boolean) { this.raw.push(on); if (on) { const next = typed.shift(); if (next !== undefined) setImmediate(() => input.write(next)); } return this; } });
  const shown: string[] = [];
  const output = { write: (text: string) => { shown.push(text); return true; } };
  return { it: { input: input as unknown as NodeJS.ReadStream, output: output as unknown as NodeJS.WriteStream }, shown, raw: input.raw };
}
const none = () => { const t = terminal(); (t.it.input as { isTTY: boolean }).isTTY = false; return t.it; };

describe('readPassphrase', () => {
  it('takes the file before the environment before the terminal', async () => {
    const file = join(dir, 'pass');
    writeFileSync(file, 'from file \r\n');
    const env = { PHDEX_PASSPHRASE: 'from env' };
    expect(await readPassphrase({ file, env, terminal: none() })).toBe('from file ');
    expect(await readPassphrase({ env, terminal: none() })).toBe('from env');
    const t = terminal('typed it\r');
    expect(await readPassphrase({ env: {}, terminal: t.it })).toBe('typed it');
    expect(t.shown.join('')).toBe('Passphrase: \n');
    expect(t.raw).toEqual([true, false]);
  });

  it('does not show what is typed, and heeds backspace', async () => {
    const t = terminal('sécret!\u007f\u007f\u007fet\n');
    expect(await readPassphrase({ env: {}, terminal: t.it })).toBe('sécret'.slice(0, 4) + 'et');
    expect(t.shown.join('')).not.toMatch(/s.cr/);
  });

  it('puts letters together that came in two parts', async () => {
    const t = terminal(Buffer.from('gr\u00fcn').subarray(0, 3));
    const answer = readPassphrase({ env: {}, terminal: t.it });
    setTimeout(() => (t.it.input as unknown as PassThrough).write(Buffer.concat([Buffer.from('gr\u00fcn').subarray(3), Buffer.from('\r')])), 20);
    expect(await answer).toBe('gr\u00fcn');
  });

  it('asks twice for a new one', async () => {
    expect(await readPassphrase({ env: {}, confirm: true, terminal: terminal('one two\r', 'one two\r').it })).toBe('one two');
    await expect(readPassphrase({ env: {}, confirm: true, terminal: terminal('one two\r', 'one tow\r').it })).rejects.toMatchObject({ code: 'passphrase-wrong', message: 'The two passphrases differ.' });
  });

  it('stops at Ctrl-C and gives the terminal back', async () => {
    const t = terminal('half\u0003');
    await expect(readPassphrase({ env: {}, terminal: t.it })).rejects.toMatchObject({ code: 'cancelled' });
    expect(t.raw).toEqual([true, false]);
  });

  it('says what is missing', async () => {
    await expect(readPassphrase({ env: {}, terminal: none() })).rejects.toMatchObject({ code: 'passphrase-missing', message: 'There is no passphrase and no terminal to ask for it.' });
    await expect(readPassphrase({ env: {}, terminal: terminal('\r').it })).rejects.toMatchObject({ code: 'passphrase-missing' });
    const file = join(dir, 'none');
    await expect(readPassphrase({ file, env: { PHDEX_PASSPHRASE: 'not used' } })).rejects.toMatchObject({ code: 'passphrase-missing', message: `The passphrase file ${file} cannot be read.` });
    writeFileSync(file, '\n');
    await expect(readPassphrase({ file, env: {} })).rejects.toMatchObject({ code: 'passphrase-missing', message: `The passphrase file ${file} is empty.` });
  });
});
