import { useState } from 'react';
import { Alert, Button, Group, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { BadgeCheck, CircleX } from 'lucide-react';
import type { CheckView } from '../../../../shared/api/validator.ts';
import { api } from '../../api/client.ts';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { native, number } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { useAct } from '../../stores/act.ts';

const MAX_REASON = 300;
const MAX_REASONS = 20;

export function DecidePanel({ check, title }: { check: CheckView; title: string }) {
  const bad = check.findings.filter((f) => !f.ok);
  const [text, setText] = useState(() => bad.map((f) => `${f.name}: ${f.detail}`.slice(0, MAX_REASON)).join('\n'));
  const [deciding, setDeciding] = useState<'certify' | 'reject' | null>(null);
  const [wanted, setWanted] = useState(false);
  const reasons = text.split('\n').map((r) => r.trim()).filter((r) => r !== '').slice(0, MAX_REASONS);
  const problem = reasons.length === 0 ? t('validator.decide.reasonsNeeded') : reasons.some((r) => r.length > MAX_REASON) ? t('validator.decide.reasonsLong') : null;
  const decide = useAct(async (certify: boolean) => { await api.validator.decide.mutate({ datasetId: check.datasetId, certify, reasons: certify ? [] : reasons }); return true; });
  const open = (what: 'certify' | 'reject') => {
    if (what === 'reject' && problem) { setWanted(true); return; }
    decide.clear();
    setDeciding(what);
  };
  const certify = deciding === 'certify';
  return (
    <Paper component="section" className="ph-panel" aria-labelledby="validator-verdict">
      <Stack>
        <Title order={2} size="h4" id="validator-verdict">{t('validator.decide.title')}</Title>
        <Alert variant="light" color={check.recommend === 'certify' ? 'green' : 'red'} icon={check.recommend === 'certify' ? <BadgeCheck size={20} aria-hidden /> : <CircleX size={20} aria-hidden />}>{t(`validator.decide.recommend.${check.recommend}`)}</Alert>
        <Textarea label={t('validator.decide.reasons')} description={t('validator.decide.reasonsHint')} autosize minRows={2} maxRows={8} value={text} error={wanted ? problem : undefined} onChange={(e) => setText(e.currentTarget.value)} />
        {bad.length > 0 && <Text size="sm" c="dimmed">{t('validator.decide.noCertify')}</Text>}
        <Group gap="sm">
          <Button leftSection={<BadgeCheck size={16} aria-hidden />} disabled={bad.length > 0} onClick={() => open('certify')}>{t('validator.decide.certify')}</Button>
          <Button variant="default" leftSection={<CircleX size={16} aria-hidden />} onClick={() => open('reject')}>{t('validator.decide.reject')}</Button>
        </Group>
      </Stack>
      <ConfirmAct
        opened={deciding !== null} onClose={() => setDeciding(null)} danger={!certify} title={t(certify ? 'validator.decide.certify.title' : 'validator.decide.reject.title', { title })}
        sentences={certify ? [t('validator.decide.certify.s1', { score: number(check.score, 0) }), t('validator.decide.certify.s2'), t('validator.decide.certify.s3')] : [t('validator.decide.reject.s1'), t('validator.decide.reject.s2'), ...reasons]}
        costs={[{ label: t('validator.decide.score'), value: number(check.score, 0) }, { label: t('validator.decide.cost'), value: native(check.gas.wei) }]}
        confirm={t(certify ? 'validator.decide.certify.confirm' : 'validator.decide.reject.confirm')} busy={decide.busy} error={decide.error}
        onConfirm={() => void decide.run(certify).then((done) => { if (done) setDeciding(null); })}
      />
    </Paper>
  );
}
