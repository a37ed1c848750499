import { Button, Group, Stack, Text } from '@mantine/core';
import { Bookmark, ClipboardList } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ListingDetail, SavedSearch } from '../../../../../shared/api/market.ts';
import type { Specification } from '../../../../../shared/domain/specification.ts';
import { summaryOf } from '../../../../../shared/report-view.ts';
import { verdict, type ReportSummary } from '../../../../../shared/verdict.ts';
import { api } from '../../../api/client.ts';
import { t } from '../../../i18n/index.ts';
import { useLive } from '../../../stores/live.ts';
import { SaveSearch } from '../market/SaveSearch.tsx';
import { DEFAULT_SEARCH } from '../search-url.ts';
import { setCurrentSpecification, useCurrentSpecification } from '../specification/current.ts';
import { SpecificationForm } from '../specification/SpecificationForm.tsx';
import css from '../specification/specification.module.css';
import { VerdictMark } from '../specification/VerdictMark.tsx';
import { VerdictReasons } from '../specification/VerdictReasons.tsx';
import { describeSpecification } from '../specification/words.ts';
import { Section } from './Section.tsx';

type Named = { name: string; specification: Specification; saved: boolean };

/** The dataset against everything that this person needs: what is looked for now, and the saved searches that say it. */
export function VerdictSection({ listing }: { listing: ListingDetail }) {
  const current = useCurrentSpecification();
  const saved = useLive<SavedSearch[]>(['saved-searches'], () => api.market.savedSearches.query(), ['saved-searches', 'listings']).data;
  const [form, setForm] = useState(false);
  const [saving, setSaving] = useState(false);
  const [done, setDone] = useState(false);
  const report = listing.manifest?.report ?? null;
  const summary = useMemo(() => report && summaryOf(report), [report]);
  const kept = (saved ?? []).flatMap((s): Named[] => (s.search.specification ? [{ name: s.name, specification: s.search.specification, saved: true }] : []));
  const same = (a: Specification, b: Specification) => JSON.stringify(a) === JSON.stringify(b);
  const fresh = current !== null && !kept.some((k) => same(k.specification, current));
  const all: Named[] = [...(fresh ? [{ name: t('verdict.section.current'), specification: current, saved: false }] : []), ...kept];
  return (
    <Section
      title={t('verdict.section')}
      aside={<Button size="compact-sm" variant="subtle" leftSection={<ClipboardList size={14} aria-hidden />} onClick={() => setForm(true)}>{t(current ? 'specification.filter.change' : 'specification.filter.make')}</Button>}
    >
      <Stack gap="md">
        {all.length === 0 && <Text size="sm">{t('verdict.section.none')}</Text>}
        {all.length > 0 && !summary && <Text size="sm" c="dimmed">{t(report ? 'verdict.section.old' : 'verdict.section.gone')}</Text>}
        {all.map((it) => <One key={`${it.saved}:${it.name}:${JSON.stringify(it.specification)}`} it={it} summary={summary} />)}
        {fresh && !done && <Group><Button size="compact-sm" variant="light" leftSection={<Bookmark size={14} aria-hidden />} onClick={() => setSaving(true)}>{t('verdict.save')}</Button></Group>}
        {done && <Text size="sm" role="status">{t('verdict.saved')}</Text>}
      </Stack>
      <SpecificationForm opened={form} specification={current} onClose={() => setForm(false)} onUse={(made) => { setForm(false); setDone(false); setCurrentSpecification(made); }} />
      {current && <SaveSearch search={{ ...DEFAULT_SEARCH, specification: current }} opened={saving} onClose={() => setSaving(false)} onSaved={() => { setSaving(false); setDone(true); }} />}
    </Section>
  );
}

function One({ it: { name, specification }, summary }: { it: Named; summary: ReportSummary | null }) {
  const judged = useMemo(() => (summary ? verdict(summary, specification) : null), [summary, specification]);
  return (
    <div className={css['one']} role="group" aria-label={t(`verdict.section.${judged === null ? 'unknown' : judged.fits ? 'fits' : 'fails'}`, { name })}>
      <Group gap="xs"><Text fw={600} size="sm" className="ph-wrap">{name}</Text><VerdictMark verdict={judged} size="md" /></Group>
      {judged ? <VerdictReasons verdict={judged} /> : <Text size="sm" c="dimmed" className="ph-wrap">{describeSpecification(specification)}</Text>}
    </div>
  );
}
