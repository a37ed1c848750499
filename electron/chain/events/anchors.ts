import { hex, num, type EventHandlers, type EventTools } from './tools.ts';

/** Batches that accounts anchored. */
export function anchorEvents({ prepare, note }: EventTools): EventHandlers {
  const add = prepare('INSERT INTO anchors VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  return {
    Anchored(e, a) {
      add.run(hex(a.account), num(a.sequence), hex(a.root), num(a.count), hex(a.previous), e.block, e.at, e.tx);
      note(e, { actor: hex(a.account), details: { sequence: num(a.sequence), root: hex(a.root), count: num(a.count) } });
    },
  };
}
