/** Small line plots on two logarithmic axes as SVG, readable on light and on dark ground: no library, nothing to load. */
export type Series = { name: string; /** Of the palette below. */ tone: 0 | 1 | 2 | 3; points: readonly (readonly [number, number])[] };
export type Panel = { title: string; y: (value: number) => string; series: readonly Series[] };

const [PANEL_W, PANEL_H] = [380, 260];
const [LEFT, RIGHT, TOP, BOTTOM] = [60, 30, 56, 40];
/** Hues that stay apart for the colour-blind (Okabe and Ito), a darker shade for light ground, a lighter one for dark. */
const TONES = [['#0072b2', '#56b4e9'], ['#c04a00', '#f0a04b'], ['#00795a', '#35c79a'], ['#8a4f7d', '#d99ac8']] as const;

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const fixed = (n: number) => n.toFixed(1);

function decades(values: readonly number[]): [number, number] {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  return [low, Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9))];
}

function drawPanel({ title, y, series }: Panel, x0: number, y0: number, xLabel: string): string {
  const xs = series.flatMap((s) => s.points.map((p) => p[0]));
  const [xLow, xHigh] = decades(xs);
  const [yLow, yHigh] = decades(series.flatMap((s) => s.points.map((p) => p[1])));
  const [w, h] = [PANEL_W - LEFT - RIGHT, PANEL_H - TOP - BOTTOM];
  const px = (v: number) => x0 + LEFT + (w * (Math.log10(v) - xLow)) / (xHigh - xLow);
  const py = (v: number) => y0 + TOP + h - (h * (Math.log10(v) - yLow)) / (yHigh - yLow);
  const out: string[] = [`<text class="title" x="${fixed(x0 + LEFT)}" y="${fixed(y0 + 18)}">${escape(title)}</text>`];
  for (let d = xLow; d <= xHigh; d += 1) {
    const x = fixed(px(10 ** d));
    out.push(`<line class="grid" x1="${x}" y1="${fixed(y0 + TOP)}" x2="${x}" y2="${fixed(y0 + TOP + h)}"/><text class="tick" text-anchor="middle" x="${x}" y="${fixed(y0 + TOP + h + 16)}">${(10 ** d).toLocaleString('en')}</text>`);
  }
  const every = Math.ceil((yHigh - yLow) / 6);
  for (let d = yLow; d <= yHigh; d += every) {
    const at = fixed(py(10 ** d));
    out.push(`<line class="grid" x1="${fixed(x0 + LEFT)}" y1="${at}" x2="${fixed(x0 + LEFT + w)}" y2="${at}"/><text class="tick" text-anchor="end" dominant-baseline="middle" x="${fixed(x0 + LEFT - 6)}" y="${at}">${escape(y(10 ** d))}</text>`);
  }
  out.push(`<text class="tick" text-anchor="middle" x="${fixed(x0 + LEFT + w / 2)}" y="${fixed(y0 + PANEL_H - 6)}">${escape(xLabel)}</text>`);
  let legend = x0 + LEFT;
  for (const s of series) {
    out.push(`<polyline class="line t${s.tone}" points="${s.points.map(([a, b]) => `${fixed(px(a))},${fixed(py(b))}`).join(' ')}"/>`);
    for (const [a, b] of s.points) out.push(`<circle class="dot t${s.tone}" cx="${fixed(px(a))}" cy="${fixed(py(b))}" r="2.6"/>`);
    out.push(`<line class="line t${s.tone}" x1="${fixed(legend)}" y1="${fixed(y0 + 34)}" x2="${fixed(legend + 14)}" y2="${fixed(y0 + 34)}"/><text class="tick" dominant-baseline="middle" x="${fixed(legend + 18)}" y="${fixed(y0 + 34.5)}">${escape(s.name)}</text>`);
    // About the width of the words: there is nobody here to measure them.
    legend += 30 + s.name.length * 5.6;
  }
  return out.join('');
}

/** @param label what the picture says, for those who do not see it */
export function plotSvg(panels: readonly Panel[], { columns, x, label }: { columns: number; x: string; label: string }): string {
  const rows = Math.ceil(panels.length / columns);
  const [width, height] = [columns * PANEL_W, rows * PANEL_H];
  const tones = (dark: boolean) => TONES.map((t, i) => `.line.t${i}{stroke:${t[dark ? 1 : 0]}}.dot.t${i}{fill:${t[dark ? 1 : 0]}}`).join('');
  const style = `svg{background:#fff;font:11px system-ui,sans-serif}.title{font-weight:600;font-size:13px;fill:#1b1b1b}.tick{fill:#555}.grid{stroke:#e4e4e4}.line{fill:none;stroke-width:1.8}${tones(false)}`
    + `@media (prefers-color-scheme: dark){svg{background:#151718}.title{fill:#f2f2f2}.tick{fill:#b4b4b4}.grid{stroke:#303436}${tones(true)}}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(label).replaceAll('"', '&quot;')}"><style>${style}</style>${panels.map((p, i) => drawPanel(p, (i % columns) * PANEL_W, Math.floor(i / columns) * PANEL_H, x)).join('')}</svg>\n`;
}
