/**
 * Many who fetch, or one who collects. Helia's own lock is held while a block is awaited from the network, and one who
 * waits to collect blocks the very write that would end that wait. So a collection waits here, before it asks for
 * that lock, for a moment without fetches; and what was fetched but not yet pinned is not collected from under it.
 */
export type Gate = {
  /** @returns the way out; calling it again does nothing */
  enter(): Promise<() => void>;
  alone<T>(work: () => Promise<T>): Promise<T>;
};

export function createGate(): Gate {
  let inside = 0;
  let alone: Promise<unknown> | undefined;
  const waiting = new Set<() => void>();
  return {
    async enter() {
      while (alone) await alone;
      inside += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        inside -= 1;
        if (inside > 0) return;
        for (const wake of waiting) wake();
        waiting.clear();
      };
    },
    async alone(work) {
      while (alone || inside > 0) await (alone ?? new Promise<void>((resolve) => { waiting.add(resolve); }));
      const run = work();
      const ended = run.then(() => undefined, () => undefined).then(() => { alone = undefined; });
      alone = ended;
      return run;
    },
  };
}
