import { useComputedColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import type { StoreApi } from 'zustand';
import type { PlotView } from './PlotView.ts';

/** What is drawn on: in pixels of the screen, `ratio` of them a CSS pixel; `x` gives the place of a time. */
export type Strip = { ctx: CanvasRenderingContext2D; width: number; height: number; ratio: number; style: CSSStyleDeclaration; from: number; to: number; x(time: number): number };

/**
 * A canvas in step with a plot's view: drawn anew, once a frame at most, when the view, its size or the theme changes, or
 * `paint` does (memoise it).
 */
export function useViewCanvas(view: StoreApi<PlotView>, heightPx: number, paint: (strip: Strip) => void) {
  const { ref, width } = useElementSize<HTMLCanvasElement>();
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const merged = useMergedRef(ref, canvas);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    let frame = 0;
    const draw = () => {
      const on = canvas.current;
      if (!on || width === 0) return;
      const ratio = window.devicePixelRatio || 1;
      on.width = Math.round(width * ratio);
      on.height = Math.round(heightPx * ratio);
      const { from, to } = view.getState();
      paint({ ctx: on.getContext('2d')!, width: on.width, height: on.height, ratio, style: getComputedStyle(on), from, to, x: (time) => ((time - from) / (to - from)) * on.width });
    };
    const soon = () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(draw); };
    soon();
    const stop = view.subscribe(soon);
    return () => { cancelAnimationFrame(frame); stop(); };
  }, [paint, view, width, heightPx, scheme]);
  return merged;
}
