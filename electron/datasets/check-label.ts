import { Label } from '../../shared/domain/label.ts';
import { MIN_STATISTICS_ROWS } from './statistics.ts';
import { findPersonalData } from './personal-data.ts';

/** The free texts of a label by name: what can carry what no label may. */
export function labelTexts(label: Pick<Label, 'title' | 'description' | 'tags' | 'device' | 'channels'>): [name: string, text: string][] {
  return [
    ['title', label.title], ['description', label.description], ...label.tags.map((tag): [string, string] => ['tag', tag.replaceAll('-', ' ')]),
    ['device', label.device ?? ''], ...label.channels.flatMap((c): [string, string][] => [['channel', c.name], ['unit', c.unit], ...c.components.map((x): [string, string] => ['component', x])]),
  ];
}

/** What is wrong with a label, in sentences; empty when nothing is. A validator runs it on what the world would see. */
export function checkLabel(label: unknown): string[] {
  const parsed = Label.safeParse(label);
  if (!parsed.success) return parsed.error.issues.map((issue) => `The label's ${issue.path.join('.') || 'form'} is not valid: ${issue.message}.`);
  const problems: string[] = [];
  for (const [name, text] of labelTexts(parsed.data)) {
    const found = findPersonalData(text);
    if (found) problems.push(`The label's ${name} holds ${found.what}: «${found.part}».`);
  }
  const kinds = new Set(parsed.data.dataTypes);
  if (kinds.size !== parsed.data.dataTypes.length) problems.push('The label names a data type twice.');
  if (new Set(parsed.data.channels.map((c) => c.name)).size !== parsed.data.channels.length) problems.push('The label names a channel twice.');
  if (parsed.data.durationSeconds / 86_400 > parsed.data.days) problems.push('The label\'s days are fewer than its duration.');
  const { statistics } = parsed.data;
  if (statistics) {
    if (parsed.data.rows < MIN_STATISTICS_ROWS) problems.push(`The label has statistics of ${parsed.data.rows} rows; below ${MIN_STATISTICS_ROWS} they would tell samples.`);
    const components = new Set(parsed.data.channels.flatMap((c) => c.components.map((x) => `${c.name}/${x}`)));
    const named = statistics.map((s) => `${s.channel}/${s.component}`);
    if (named.some((n) => !components.has(n))) problems.push('The label has statistics of a component that it does not name.');
    if (new Set(named).size !== named.length) problems.push('The label has statistics of a component twice.');
  }
  return problems;
}
