import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A module of ours in a process of its own, that talks in messages and ends when this process does. */
export type Child = { send(message: unknown): void; onMessage(listener: (message: unknown) => void): void; /** With the exit code. */ exit: Promise<number>; kill(): void };
export type StartChild = (module: URL) => Child;

/** Node's way. Electron cannot run itself as Node once its fuse is off: main.ts hands in one by utilityProcess. */
export const startNodeChild: StartChild = (module) => {
  const child = fork(fileURLToPath(module), { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exit = new Promise<number>((resolve) => { child.once('exit', (code) => resolve(code ?? 1)); child.once('error', () => resolve(1)); });
  return {
    send: (message) => { if (child.connected) child.send(message as object, () => undefined); },
    onMessage: (listener) => { child.on('message', listener); },
    exit, kill: () => { child.kill('SIGKILL'); },
  };
};

/** The child's end of it, in Node and in Electron's utilityProcess. */
export function parent(): { send(message: unknown): void; onMessage(listener: (message: unknown) => void): void; /** The parent is gone. */ onGone(listener: () => void): void } {
  const port = (process as { parentPort?: { postMessage(m: unknown): void; on(event: 'message', l: (e: { data: unknown }) => void): void } }).parentPort;
  if (port) return { send: (m) => port.postMessage(m), onMessage: (l) => port.on('message', (e) => l(e.data)), onGone: () => undefined };
  return { send: (m) => { if (process.connected) process.send!(m, () => undefined); }, onMessage: (l) => { process.on('message', l); }, onGone: (l) => { process.once('disconnect', l); } };
}
