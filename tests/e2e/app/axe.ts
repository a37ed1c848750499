import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }";
type Violation = { id: string; impact: string; help: string; nodes: { target: string[] }[] };

/** What axe finds serious or critical in what is shown. */
export async function findings(page: Page): Promise<string[]> {
  // What moves is half transparent meanwhile, and would be told as too pale; a dialog may begin to go while axe looks. A real fault is found again.
  let found: string[] = [];
  for (let tries = 0; tries < 3 && (tries === 0 || found.length > 0); tries++) {
    await page.waitForFunction(() => document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().iterations === Infinity));
    found = await look(page);
  }
  return found;
}

async function look(page: Page): Promise<string[]> {
  // Over the debugger: the page's own CSP lets no script in.
  const client = await page.context().newCDPSession(page);
  await client.send('Runtime.evaluate', { expression: AXE });
  const { result } = await client.send('Runtime.evaluate', { expression: `axe.run(document, ${RULES}).then((r) => JSON.stringify(r.violations))`, awaitPromise: true, returnByValue: true });
  await client.detach();
  return (JSON.parse(result.value as string) as Violation[])
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id}: ${v.help} (${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join('; ')})`);
}
