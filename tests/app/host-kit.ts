import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost, type HostOptions, type SecretBox } from '../../electron/app/host.ts';
import type { Host } from '../../electron/app/host-types.ts';
import { startLocalNetwork, type LocalNetwork } from '../../electron/app/local-network.ts';
import type { AppEvent, AppState, Job } from '../../shared/api/app.ts';

export const PASSPHRASE = 'correct horse battery staple';

/** Hosts over real profiles on disk and one real chain, stopped and swept at the end. */
export function hostKit() {
  const dir = mkdtempSync(join(tmpdir(), 'phdex-host-'));
  const hosts: Host[] = [];
  let network: LocalNetwork | undefined;
  return {
    dir,
    profile: (name: string) => join(dir, name),
    async network() { return (network ??= await startLocalNetwork({ dir: join(dir, 'chain') })); },
    async networkText() { return readFileSync((await this.network()).networkFile, 'utf8'); },
    async open(profile: string, options: Partial<HostOptions> = {}): Promise<Host & { events: AppEvent[] }> {
      const host = await createHost({ kind: 'headless', profile: join(dir, profile), ...options });
      hosts.push(host);
      const events: AppEvent[] = [];
      host.onEvent((e) => events.push(e));
      return Object.assign(host, { events });
    },
    /** A profile that is unlocked on the chain of this kit. */
    async ready(profile: string, options: Partial<HostOptions> = {}) {
      const host = await this.open(profile, options);
      const wallet = await host.createWallet({ passphrase: PASSPHRASE, remember: false });
      await host.chooseNetwork({ kind: 'rpc', file: await this.networkText() });
      return { host, ...wallet };
    },
    async close() {
      for (const host of hosts.splice(0)) await host.stop();
      await network?.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Resolves when the host says so, at once where it already does. */
export function when(host: Host, holds: (state: AppState) => boolean, ms = 60_000): Promise<AppState> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { stop(); reject(new Error(`it never came to that; the state is ${JSON.stringify(host.state())}`)); }, ms);
    const look = () => { const now = host.state(); if (holds(now)) { clearTimeout(timer); stop(); resolve(now); } };
    const stop = host.onEvent(look);
    look();
  });
}

type Started = { jobId: string } | Promise<{ jobId: string }>;
/** Waits for a job of the app as its pages do. */
export async function ended(host: Host, started: Started): Promise<Job> {
  const { jobId } = await started;
  const find = () => host.jobs().find((j) => j.id === jobId);
  await when(host, () => find()?.state !== 'running', 220_000);
  return find()!;
}
/** What a job that succeeds gives. */
export async function done(host: Host, started: Started): Promise<NonNullable<Job['result']>> {
  const job = await ended(host, started);
  if (job.state !== 'done') throw new Error(`the job ${job.state}: ${job.error?.message}`);
  return job.result!;
}

/** Stands for the system's key store; seals with something that is not the text. */
export function secretBox(): SecretBox & { works: boolean } {
  return {
    works: true, available: () => true,
    seal: (text) => Buffer.from(text).map((b) => b ^ 0x5a),
    open(sealed) { if (!this.works) throw new Error('the key store is locked'); return Buffer.from(sealed).map((b) => b ^ 0x5a).toString(); },
  };
}

/** Every file below `dir` that holds one of the texts. */
export function filesWith(dir: string, ...texts: string[]): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true }).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name)).filter((path) => { const bytes = readFileSync(path); return texts.some((t) => bytes.includes(t)); });
}
