#!/usr/bin/env node
/**
 * The app without a window: the same services and the same pages on 127.0.0.1, for a browser, a server or a test.
 *   node electron/headless.ts [--profile NAME] [--port N] [--passphrase-file FILE] [--network-file FILE] [--print-url]
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AppError, toAppError } from '../shared/errors.ts';
import { createHttpServer } from './api/http-server.ts';
import { linksOfHost, serveHealthLinks } from './api/serve-health-links.ts';
import { createRestServer, type RestServer } from './api/rest/server.ts';
import { createHost } from './app/host.ts';
import type { Host } from './app/host-types.ts';
import { untilStopped } from './app/until-stopped.ts';
import { jsonLog, type Log } from './shell/log.ts';
import { logEvents } from './shell/log-events.ts';

export type Headless = { /** With the token in its fragment: for the person, never for a log. */ url: string; port: number; token: string; stop(): Promise<void> };
export type StartHeadless = { host: Host; port?: number; pagesDir: string; token?: string; maxUploadBytes?: number; log?: Log };

/** Where the built pages lie, seen from the sources and from out/. */
export const pagesDir = (): string => {
  const candidates = ['../out/renderer/', '../renderer/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return candidates.find((dir) => existsSync(join(dir, 'index.html')) && existsSync(join(dir, 'assets'))) ?? candidates[0]!;
};

/** Serves the pages of a host that runs. Stopping it leaves the host as it is. */
export async function startHeadless(options: StartHeadless): Promise<Headless> {
  const server = await createHttpServer({
    host: options.host, pagesDir: options.pagesDir, port: options.port, token: options.token, maxUploadBytes: options.maxUploadBytes,
    onRefused: (why, facts) => options.log?.('warn', 'request refused', { why, ...facts }),
  });
  return { port: server.port, token: server.token, url: `${server.url}#token=${server.token}`, stop: server.stop };
}

export type RunHeadless = {
  profile: string; port?: number; passphraseFile?: string; networkFile?: string; printUrl?: boolean; log: Log; signal: AbortSignal;
  /** Serves the REST layer as well; tokens are made by `phdex token`. */
  rest?: { port?: number; address?: string; names?: readonly string[]; batchMs?: number };
  /** Once the pages are there. */
  onReady?: (headless: Headless, host: Host) => void | Promise<void>;
};

/** How long an orderly end may take before the process goes anyway: service managers and people wait no longer. */
const STOP_MS = 4_500;

/** Runs until the signal. @throws AppError where it cannot start */
export async function runHeadless(options: RunHeadless): Promise<void> {
  const dir = pagesDir();
  if (!existsSync(join(dir, 'index.html'))) throw new AppError('file-not-found', 'The pages are not built.', { hint: 'Run `npm run build` first.' });
  const host = await createHost({ kind: 'headless', profile: options.profile });
  const stopLogging = logEvents(host, options.log);
  const links = serveHealthLinks(host, linksOfHost(host), (facts) => { if (facts) options.log('problem' in facts ? 'warn' : 'info', 'health links', facts); });
  let headless: Headless | null = null;
  let rest: RestServer | null = null;
  try {
    headless = await startHeadless({ host, port: options.port, pagesDir: dir, log: options.log });
    options.log('info', 'serving', { port: headless.port, phase: host.state().phase });
    if (options.printUrl) process.stdout.write(`${headless.url}\n`);
    if (options.rest) {
      rest = await createRestServer({ host, ...options.rest, log: options.log });
      options.log('info', 'serving rest', { port: rest.port, document: `${rest.url}/openapi.json` });
    }
    await prepare(host, options);
    await options.onReady?.(headless, host);
    await untilStopped(options.signal);
  } catch (error) {
    // Whoever stops it while it still comes up has it stopped, and nothing failed.
    if (!options.signal.aborted) throw error;
  } finally {
    options.log('info', 'stopping');
    await within(STOP_MS, (async () => { await rest?.stop(); await headless?.stop(); await links.stop(); await host.stop(); })(), () => options.log('warn', 'stopped before everything had ended'));
    stopLogging();
  }
  options.log('info', 'stopped');
}

/** What a service needs done before anybody opens its pages: a network, and an unlocked profile. */
async function prepare(host: Host, { networkFile, passphraseFile }: RunHeadless): Promise<void> {
  if (networkFile && host.state().network === null) await host.chooseNetwork({ kind: 'rpc', file: readText(networkFile, 'network file') });
  const passphrase = passphraseFile ? readText(passphraseFile, 'passphrase file').replace(/\r?\n$/, '') : process.env.PHDEX_PASSPHRASE;
  if (passphrase && host.state().phase === 'locked') await host.unlock({ passphrase, remember: false });
}

function readText(path: string, what: string): string {
  try { return readFileSync(path, 'utf8'); } catch (cause) { throw new AppError('file-not-found', `The ${what} ${path} cannot be read.`, { hint: 'Check its path and its permissions.', cause }); }
}

async function within(ms: number, work: Promise<unknown>, late: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise<void>((resolve) => { timer = setTimeout(() => { late(); resolve(); }, ms); })]);
  clearTimeout(timer);
}

async function main(): Promise<number> {
  const log = jsonLog((line) => process.stderr.write(line));
  // A full disk also rejects promises that Bitswap keeps to itself (see cli.ts).
  process.on('unhandledRejection', (error) => { if ((error as { code?: string } | undefined)?.code !== 'disk-full') throw error; });
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop.abort());
  try {
    const { values } = parseArgs({ options: { profile: { type: 'string', default: 'default' }, port: { type: 'string' }, 'passphrase-file': { type: 'string' }, 'network-file': { type: 'string' }, 'print-url': { type: 'boolean', default: false } } });
    const port = Number(values.port ?? 0);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new AppError('invalid-argument', `--port wants a number from 0 to 65535, not «${values.port}».`);
    await runHeadless({ profile: values.profile, port, passphraseFile: values['passphrase-file'], networkFile: values['network-file'], printUrl: values['print-url'] || process.stdout.isTTY, log, signal: stop.signal });
    return 0;
  } catch (error) {
    const { code, message, hint } = toAppError(error);
    log('error', message, { code, hint: hint ?? null });
    return 1;
  }
}

const same = (path: string | undefined) => { try { return path !== undefined && realpathSync(path) === fileURLToPath(import.meta.url); } catch { return false; } };
// libp2p and SQLite leave no work that must not be cut.
if (same(process.argv[1])) process.exit(await main());
