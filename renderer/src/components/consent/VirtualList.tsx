import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type ReactNode } from 'react';

type Props<T> = { rows: readonly T[]; rowKey: (row: T) => string | number; label: string; maxHeight: number; estimate: number; gap?: number; /** Where nothing in it takes the focus, it is reached by itself, so that it can be scrolled by keyboard. */ focusable?: boolean; children: (row: T) => ReactNode };

/** A list of any length of things that differ in height: only those in sight are drawn. */
export function VirtualList<T>({ rows, rowKey, label, maxHeight, estimate, gap = 0, focusable = false, children }: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => estimate, overscan: 6, getItemKey: (i) => rowKey(rows[i]!) });
  return (
    <div ref={scroller} style={{ maxHeight, overflow: 'auto' }} role="region" aria-label={label} tabIndex={focusable ? 0 : undefined}>
      <div style={{ position: 'relative', height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => (
          <div key={item.key} ref={virtualizer.measureElement} data-index={item.index} style={{ position: 'absolute', insetInline: 0, top: 0, transform: `translateY(${item.start}px)`, paddingBottom: gap }}>{children(rows[item.index]!)}</div>
        ))}
      </div>
    </div>
  );
}
