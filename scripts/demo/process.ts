import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url));

export type Event = { event: string; [key: string]: unknown };

/** A `phdex` process with a profile of its own, spoken to by its `--json` lines and nothing else. */
export type Actor = {
  name: string;
  pid: number;
  /** Every event so far. */
  events: Event[];
  /** Resolves with the first event, past or future, that fits. Rejects when the process ends before. */
  wait(fits: (event: Event) => boolean, what: string): Promise<Event>;
  /** Ends it as a user would (SIGTERM), or at once. */
  stop(signal?: NodeJS.Signals): Promise<void>;
};

const running = new Set<ChildProcess>();

export function startActor(name: string, args: string[], options: { env: NodeJS.ProcessEnv; script?: string }): Actor {
  const child = spawn(process.execPath, [options.script ?? CLI, ...args, '--json'], { env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const events: Event[] = [];
  const waiting = new Set<{ fits: (event: Event) => boolean; resolve: (event: Event) => void; reject: (error: Error) => void; what: string }>();
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => { stderr = (stderr + chunk.toString()).slice(-4000); });
  createInterface({ input: child.stdout }).on('line', (line) => {
    let event: Event;
    try { event = JSON.parse(line) as Event; } catch { return; }
    events.push(event);
    for (const w of waiting) if (w.fits(event)) { waiting.delete(w); w.resolve(event); }
  });
  const ended = new Promise<void>((resolve) => child.on('close', (code) => {
    running.delete(child);
    for (const w of waiting) w.reject(new Error(`${name} ended with ${code} before ${w.what}. ${stderr.trim()}`));
    waiting.clear();
    resolve();
  }));
  return {
    name, pid: child.pid!, events,
    wait: (fits, what) => {
      const seen = events.find(fits);
      if (seen) return Promise.resolve(seen);
      if (!running.has(child)) return Promise.reject(new Error(`${name} has ended before ${what}. ${stderr.trim()}`));
      return new Promise((resolve, reject) => waiting.add({ fits, resolve, reject, what }));
    },
    async stop(signal = 'SIGTERM') { if (running.has(child)) child.kill(signal); await ended; },
  };
}

export class CommandFailed extends Error {
  readonly code: number;
  readonly report: { code?: string; error?: string; hint?: string; details?: Record<string, unknown> };
  constructor(name: string, code: number, stderr: string) {
    let report = {};
    try { report = JSON.parse(stderr.trim().split('\n').at(-1) ?? '{}') as object; } catch { /* not a report: the text below says it */ }
    super(`${name} failed with ${code}: ${(report as { error?: string }).error ?? stderr.trim()}`);
    this.code = code;
    this.report = report;
  }
}

/** Runs one command to its end. @returns the JSON of its last line */
export function run(name: string, args: string[], options: { env: NodeJS.ProcessEnv; onEvent?: (event: Event) => void }): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args, '--json'], { env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let last: Record<string, unknown> = {};
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
    createInterface({ input: child.stdout }).on('line', (line) => {
      try { last = JSON.parse(line) as Record<string, unknown>; } catch { return; }
      if (typeof last.event === 'string') options.onEvent?.(last as Event);
    });
    child.on('close', (code, killedBy) => {
      running.delete(child);
      if (code === 0) resolve(last);
      else reject(new CommandFailed(name, code ?? 1, stderr || `ended by ${killedBy ?? 'itself without a word'}`));
    });
  });
}

/** Ends every process that this demo started. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((child) => new Promise<void>((resolve) => {
    child.on('close', () => resolve());
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 5000).unref();
  })));
}
