import { useCallback, useRef, type KeyboardEvent, type RefObject } from 'react';

/**
 * Arrow keys, Home, End and Page keys go from result to result in a list that draws only what is in sight:
 * the row is scrolled to first and takes the focus when it is there.
 */
export function useRowKeys(scroll: RefObject<HTMLElement | null>, count: number, page: number, scrollTo: (index: number) => void, step = 1) {
  const wanted = useRef<number | null>(null);
  const focusWanted = useCallback(() => {
    if (wanted.current === null) return;
    const link = scroll.current?.querySelector<HTMLElement>(`[data-result="${wanted.current}"]`);
    if (link) { wanted.current = null; link.focus({ preventScroll: true }); }
  }, [scroll]);
  const onKeyDown = useCallback((event: KeyboardEvent<HTMLElement>) => {
    const at = Number((event.target as HTMLElement).closest<HTMLElement>('[data-row]')?.dataset['row'] ?? -1);
    const moves: Record<string, number> = { ArrowDown: at + step, ArrowUp: at - step, PageDown: at + page, PageUp: at - page, Home: 0, End: count - 1, ...(step > 1 ? { ArrowRight: at + 1, ArrowLeft: at - 1 } : {}) };
    const to = moves[event.key];
    if (to === undefined || count === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    wanted.current = Math.max(0, Math.min(count - 1, to));
    scrollTo(wanted.current);
    requestAnimationFrame(focusWanted);
  }, [count, page, scrollTo, focusWanted, step]);
  return { onKeyDown, focusWanted };
}
