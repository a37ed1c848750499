import type { StoreApi } from 'zustand';
import type { PlotView } from './PlotView.ts';

export type PlotGestures = { selecting(): boolean; onSelecting(left: number, right: number): void; onSelected(left: number, right: number): void };

const WHEEL_PAGE_PX = 400;

/** Wheel and touch: uPlot itself knows the mouse only. */
export function listenPointers(over: HTMLElement, view: StoreApi<PlotView>, gestures: PlotGestures): () => void {
  const share = (clientX: number) => { const box = over.getBoundingClientRect(); return Math.min(1, Math.max(0, (clientX - box.left) / Math.max(1, box.width))); };

  function onWheel(event: WheelEvent): void {
    const now = view.getState();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 24 : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? WHEEL_PAGE_PX : 1;
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      event.preventDefault();
      now.pan((sideways * unit) / Math.max(1, over.clientWidth));
      return;
    }
    const whole = now.from <= 0 && now.to >= now.end;
    // Nothing further out: the page may scroll on. A pinch comes as a wheel with ctrl and never scrolls.
    if (whole && event.deltaY > 0 && !event.ctrlKey) return;
    event.preventDefault();
    now.zoom(Math.exp((Math.max(-WHEEL_PAGE_PX, Math.min(WHEEL_PAGE_PX, event.deltaY * unit)) / WHEEL_PAGE_PX) * (event.ctrlKey ? 4 : 0.9)), share(event.clientX));
  }

  const fingers = new Map<number, number>();
  let start = 0;
  function onDown(event: PointerEvent): void {
    if (event.pointerType !== 'touch') return;
    fingers.set(event.pointerId, event.clientX);
    start = event.clientX;
    over.setPointerCapture(event.pointerId);
  }
  const inside = (clientX: number) => share(clientX) * over.clientWidth;
  function onMove(event: PointerEvent): void {
    const before = fingers.get(event.pointerId);
    if (before === undefined) return;
    const now = view.getState();
    if (fingers.size === 1) {
      if (gestures.selecting()) gestures.onSelecting(Math.min(inside(start), inside(event.clientX)), Math.max(inside(start), inside(event.clientX)));
      else now.pan((before - event.clientX) / Math.max(1, over.clientWidth));
    } else if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)![1];
      const apart = Math.max(8, Math.abs(event.clientX - other));
      now.zoom(Math.max(8, Math.abs(before - other)) / apart, share((event.clientX + other) / 2));
    }
    fingers.set(event.pointerId, event.clientX);
  }
  function onUp(event: PointerEvent): void {
    if (!fingers.delete(event.pointerId) || fingers.size > 0 || !gestures.selecting()) return;
    gestures.onSelected(Math.min(inside(start), inside(event.clientX)), Math.max(inside(start), inside(event.clientX)));
  }
  const onCancel = (event: PointerEvent) => { fingers.delete(event.pointerId); };

  over.addEventListener('wheel', onWheel, { passive: false });
  over.addEventListener('pointerdown', onDown);
  over.addEventListener('pointermove', onMove);
  over.addEventListener('pointerup', onUp);
  over.addEventListener('pointercancel', onCancel);
  return () => {
    over.removeEventListener('wheel', onWheel);
    over.removeEventListener('pointerdown', onDown);
    over.removeEventListener('pointermove', onMove);
    over.removeEventListener('pointerup', onUp);
    over.removeEventListener('pointercancel', onCancel);
  };
}
