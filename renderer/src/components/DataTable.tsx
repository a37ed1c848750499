import { UnstyledButton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import css from './DataTable.module.css';

export type Column<T> = {
  key: string; header: string; cell: (row: T) => ReactNode;
  /** A width of CSS grid: `120`, `'minmax(160px, 2fr)'`. */
  width?: number | string; align?: 'start' | 'end' | 'center';
  /** Ascending order; makes the header a button. */
  sort?: (a: T, b: T) => number;
};
type Props<T> = {
  rows: readonly T[]; columns: readonly Column<T>[]; rowKey: (row: T) => string | number; onOpen?: (row: T) => void; label: string;
  /** The table scrolls inside itself from this many pixels on. */
  height?: number;
  rowHeight?: number;
  /** How many rows there are where `rows` holds only the first of them; `onEnd` asks for more as one scrolls. */
  total?: number; onEnd?: () => void;
};

const widthOf = (width: number | string | undefined) => (typeof width === 'number' ? `${width}px` : (width ?? 'minmax(110px, 1fr)'));

/** A table of any length: only the rows in sight are drawn. One Tab stop; arrows, Home, End and Page keys move, Enter opens. */
export function DataTable<T>({ rows, columns, rowKey, onOpen, label, height = 560, rowHeight = 52, total, onEnd }: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [order, setOrder] = useState<{ key: string; down: boolean } | null>(null);
  const [active, setActive] = useState(0);
  /** The row that is to take the focus, by its place: an effect of an earlier drawing must not give it to another one. */
  const wantsFocus = useRef<number | null>(null);
  const sorted = useMemo(() => {
    const column = order && columns.find((c) => c.key === order.key);
    if (!column?.sort) return rows;
    const by = column.sort;
    return [...rows].sort((a, b) => (order!.down ? by(b, a) : by(a, b)));
  }, [rows, order, columns]);
  const current = Math.min(active, Math.max(0, sorted.length - 1));
  const virtualizer = useVirtualizer({
    count: sorted.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 8,
    getItemKey: (index) => rowKey(sorted[index]!),
    // The row that holds the focus stays drawn wherever one scrolls.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const from = Math.max(0, startIndex - overscan);
      const to = Math.min(count - 1, endIndex + overscan);
      const list = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
      if (count > 0 && current < from) list.unshift(current);
      if (count > 0 && current > to) list.push(current);
      return list;
    },
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => { if (onEnd && sorted.length > 0 && last >= sorted.length - 20 && (total === undefined || sorted.length < total)) onEnd(); }, [last, sorted.length, total, onEnd]);
  useEffect(() => {
    if (wantsFocus.current !== current) return;
    wantsFocus.current = null;
    scroller.current?.querySelector<HTMLElement>(`[data-index="${current}"]`)?.focus({ preventScroll: true });
  });

  function onKey(event: KeyboardEvent<HTMLDivElement>, index: number): void {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? height) / rowHeight) - 1);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + page, PageUp: index - page, Home: 0, End: sorted.length - 1 }[event.key];
    if (to !== undefined && event.target === event.currentTarget) {
      event.preventDefault();
      const next = Math.max(0, Math.min(sorted.length - 1, to));
      wantsFocus.current = next;
      setActive(next);
      virtualizer.scrollToIndex(next);
    } else if (event.key === 'Enter' && onOpen && event.target === event.currentTarget) {
      event.preventDefault();
      onOpen(sorted[index]!);
    }
  }

  const template = columns.map((c) => widthOf(c.width)).join(' ');
  const sortBy = (key: string) => setOrder((o) => (o?.key !== key ? { key, down: false } : o.down ? null : { key, down: true }));
  return (
    <div ref={scroller} className={css.scroller} style={{ maxHeight: height }}>
      <div role="grid" aria-label={label} aria-rowcount={(total ?? sorted.length) + 1} aria-colcount={columns.length} className={css.grid}>
        <div role="rowgroup" className={css.head}>
          <div role="row" aria-rowindex={1} className={css.row} style={{ gridTemplateColumns: template }}>
            {columns.map((c) => {
              const state = order?.key === c.key ? (order.down ? 'descending' : 'ascending') : 'none';
              return (
                <div key={c.key} role="columnheader" className={css.cell} data-align={c.align} aria-sort={c.sort ? state : undefined}>
                  {c.sort
                    ? <UnstyledButton className={css.sort} onClick={() => sortBy(c.key)}>{c.header}{state === 'ascending' ? <ArrowUp size={13} aria-hidden /> : state === 'descending' ? <ArrowDown size={13} aria-hidden /> : <ChevronsUpDown size={13} aria-hidden />}</UnstyledButton>
                    : c.header}
                </div>
              );
            })}
          </div>
        </div>
        <div role="rowgroup" className={css.body} style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const row = sorted[item.index]!;
            return (
              <div
                key={item.key} ref={virtualizer.measureElement} data-index={item.index} data-open={onOpen ? true : undefined}
                role="row" aria-rowindex={item.index + 2} tabIndex={item.index === current ? 0 : -1}
                className={`${css.row} ${css.data}`} style={{ gridTemplateColumns: template, transform: `translateY(${item.start}px)`, minHeight: rowHeight }}
                onKeyDown={(e) => onKey(e, item.index)} onFocus={() => setActive(item.index)}
                onClick={onOpen && ((e) => { if (!(e.target as HTMLElement).closest('a,button,input,[role="menuitem"]')) onOpen(row); })}
              >
                {columns.map((c) => <div key={c.key} role="gridcell" className={css.cell} data-align={c.align} data-label={c.header || undefined}>{c.cell(row)}</div>)}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
