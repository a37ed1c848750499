import { toAppError } from '../../shared/errors.ts';
import { jsonLog } from '../shell/log.ts';
import { exitCodeOf } from './exit-code.ts';

const replacer = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
export const toJson = (value: unknown): string => JSON.stringify(value, replacer);

/** Numbers of coins for people: at most four decimals, never in exponents. */
export function formatCoins(wei: bigint): string {
  const sign = wei < 0n ? '-' : '';
  const abs = wei < 0n ? -wei : wei;
  const whole = abs / 10n ** 18n;
  const part = ((abs % 10n ** 18n) / 10n ** 14n).toString().padStart(4, '0').replace(/0+$/, '');
  return `${sign}${whole}${part ? `.${part}` : ''}`;
}

export type Output = {
  json: boolean;
  /** For people, on stdout; silent with --json. */
  say(line: string): void;
  /** One JSON object a line as things happen; for long-running commands. Silent without --json. */
  event(event: Record<string, unknown>): void;
  /** The result: with --json the last line on stdout. */
  result(value: Record<string, unknown>, lines?: string[]): void;
  /** A bar on a terminal, nothing elsewhere. */
  progress(what: string, done: number, total: number | null): void;
};

export function createOutput(options: { json: boolean; stdout?: NodeJS.WriteStream; stderr?: NodeJS.WriteStream }): Output {
  const stdout = options.stdout ?? process.stdout;
  const stderr = options.stderr ?? process.stderr;
  const live = stderr.isTTY === true && !options.json;
  let drawn = 0;
  let began = 0;
  let current = '';
  const clear = () => { if (live && current) { stderr.write('\r\x1b[K'); current = ''; } };
  return {
    json: options.json,
    say(line) { clear(); if (!options.json) stdout.write(`${line}\n`); },
    event(event) { if (options.json) stdout.write(`${toJson(event)}\n`); },
    result(value, lines = []) {
      clear();
      if (options.json) stdout.write(`${toJson({ ok: true, ...value })}\n`);
      else for (const line of lines) stdout.write(`${line}\n`);
    },
    progress(what, done, total) {
      if (!live) return;
      const now = Date.now();
      if (current !== what) { current = what; began = now; drawn = 0; }
      if (now - drawn < 80 && done !== total) return;
      drawn = now;
      const share = total ? done / total : null;
      const left = share && share > 0.02 ? ` ${Math.ceil(((now - began) / share - (now - began)) / 1000)} s left` : '';
      const bar = share === null ? `${done}` : `${'█'.repeat(Math.round(share * 24)).padEnd(24, '·')} ${Math.round(share * 100)} %${left}`;
      stderr.write(`\r\x1b[K${what} ${bar}`);
    },
  };
}

/** Says what went wrong and what to do, on stderr (as JSON with --json), and gives the exit code. Never a stack. */
export function reportError(cause: unknown, json: boolean, stderr: NodeJS.WriteStream = process.stderr): number {
  const error = toAppError(cause);
  if (json) stderr.write(`${toJson({ ok: false, code: error.code, error: error.message, hint: error.hint ?? null, details: error.details })}\n`);
  else stderr.write(`phdex: ${error.message}${error.hint ? `\n  ${error.hint}` : ''}\n`);
  if (process.env.PHDEX_DEBUG) stderr.write(`${error.stack ?? ''}\n${error.cause instanceof Error ? error.cause.stack : ''}\n`);
  return exitCodeOf(error);
}

/** The same as a log line of a service. */
export function logError(cause: unknown, stderr: NodeJS.WriteStream = process.stderr): number {
  const error = toAppError(cause);
  jsonLog((line) => stderr.write(line))('error', error.message, { code: error.code, hint: error.hint ?? null });
  return exitCodeOf(error);
}
