import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run as runModel } from './quality-model.ts';
import { runRules } from './quality-rules.ts';
import { runVerdicts } from './quality-verdicts.ts';

const WISDM = fileURLToPath(new URL('../../shared/data/wisdm-watch/', import.meta.url));

/** The whole report and what finds copies, the market's verdicts, then the trained model. */
export async function run(): Promise<void> {
  await runRules(existsSync(WISDM) ? WISDM : null);
  await runVerdicts();
  await runModel();
}
