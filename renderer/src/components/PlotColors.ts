/** Colours come from CSS variables, so that both themes and forced colours have their own. */
export type PlotColors = { lines: string[]; grid: string; text: string; font: string; shade: string; cut: string; accent: string };

export const LINE_COLORS = 6;

export function readColors(element: Element): PlotColors {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    lines: Array.from({ length: LINE_COLORS }, (_, i) => of(`--plot-line-${i + 1}`)),
    grid: of('--plot-grid'), text: of('--plot-text'), shade: of('--plot-shade'), cut: of('--plot-cut'), accent: of('--plot-accent'),
    font: `12px ${style.fontFamily || 'sans-serif'}`,
  };
}

export const lineColor = (colors: PlotColors, component: number): string => colors.lines[component % LINE_COLORS] || colors.text;

/** The same hue for what lies between least and greatest. */
export const bandColor = (color: string): string => `color-mix(in srgb, ${color} 32%, transparent)`;
