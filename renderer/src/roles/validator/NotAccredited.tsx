import { Paper, Text, Title } from '@mantine/core';
import { BadgeCheck } from 'lucide-react';
import { Empty } from '../../components/Empty.tsx';
import { t } from '../../i18n/index.ts';

export function NotAccredited() {
  return (
    <>
      <Empty icon={<BadgeCheck size={26} />} title={t('validator.not.title')} text={t('validator.not.text')} />
      <Paper component="section" className="ph-panel">
        <Title order={2} size="h4" mb={6}>{t('validator.not.does')}</Title>
        <Text size="sm" maw={720}>{t('validator.not.does.text')}</Text>
      </Paper>
    </>
  );
}
