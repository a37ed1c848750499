import { readFileSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { AppError } from '../../shared/errors.ts';

export type PassphraseSource = { file?: string; env?: NodeJS.ProcessEnv; terminal?: { input: NodeJS.ReadStream; output: NodeJS.WriteStream }; /** Asks twice, for a new wallet. */ confirm?: boolean };

/**
 * The passphrase from a file, else from PHDEX_PASSPHRASE, else from the terminal without echo.
 * @throws AppError `passphrase-missing` where there is none of them
 */
export async function readPassphrase({ file, env = process.env, terminal = { input: process.stdin, output: process.stderr }, confirm = false }: PassphraseSource = {}): Promise<string> {
  if (file) {
    let text: string;
    try { text = readFileSync(file, 'utf8').replace(/\r?\n$/, ''); } catch (cause) { throw new AppError('passphrase-missing', `The passphrase file ${file} cannot be read.`, { hint: 'Check its path and its permissions.', cause }); }
    if (text === '') throw new AppError('passphrase-missing', `The passphrase file ${file} is empty.`, { hint: 'Write the passphrase into its first line.' });
    return text;
  }
  if (env.PHDEX_PASSPHRASE) return env.PHDEX_PASSPHRASE;
  if (!terminal.input.isTTY) throw new AppError('passphrase-missing', 'There is no passphrase and no terminal to ask for it.', { hint: 'Set PHDEX_PASSPHRASE or name a file with --passphrase-file.' });
  const first = await hidden('Passphrase: ', terminal);
  if (first === '') throw new AppError('passphrase-missing', 'No passphrase was typed.', { hint: 'Run the command again and type it.' });
  if (confirm && (await hidden('Again: ', terminal)) !== first) throw new AppError('passphrase-wrong', 'The two passphrases differ.', { hint: 'Try again.' });
  return first;
}

function hidden(question: string, { input, output }: { input: NodeJS.ReadStream; output: NodeJS.WriteStream }): Promise<string> {
  return new Promise((resolve, reject) => {
    output.write(question);
    input.setRawMode(true);
    input.resume();
    let text = '';
    const decoder = new StringDecoder('utf8');
    const onData = (chunk: Buffer) => {
      for (const char of decoder.write(chunk)) {
        if (char === '\r' || char === '\n' || char === '\u0004') return done(() => resolve(text));
        if (char === '\u0003') return done(() => reject(new AppError('cancelled', 'Stopped.')));
        text = char === '\u007f' ? [...text].slice(0, -1).join('') : text + char;
      }
      return undefined;
    };
    const done = (act: () => void) => { input.off('data', onData); input.setRawMode(false); input.pause(); output.write('\n'); act(); };
    input.on('data', onData);
  });
}
