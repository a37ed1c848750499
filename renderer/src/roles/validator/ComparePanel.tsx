import { Alert, Group, Paper, Stack, Switch, Table, Text, Title } from '@mantine/core';
import { Check, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { CheckView } from '../../../../shared/api/validator.ts';
import type { AnyReport } from '../../../../shared/report-view.ts';
import { t } from '../../i18n/index.ts';
import { compareRows, type CompareRow } from './compare.ts';
import css from './validator.module.css';

export function ComparePanel({ check }: { check: CheckView }) {
  return (
    <Paper component="section" className="ph-panel" aria-labelledby="validator-compare">
      <Title order={2} size="h4" mb="md" id="validator-compare">{t('validator.check.compare')}</Title>
      {check.claimed && check.found ? <Compared claimed={check.claimed} found={check.found} /> : <Text size="sm">{t('validator.check.compare.missing')}</Text>}
    </Paper>
  );
}

function Compared({ claimed, found }: { claimed: AnyReport; found: AnyReport }) {
  const { rows, differ, otherRules } = useMemo(() => compareRows(claimed, found), [claimed, found]);
  const [all, setAll] = useState(false);
  return (
    <Stack gap="sm">
      <Alert variant="light" color={differ === 0 ? 'green' : 'red'} icon={differ === 0 ? <Check size={18} aria-hidden /> : <X size={18} aria-hidden />}>
        {differ === 0 ? t('validator.check.compare.same', { count: rows.length }) : t('validator.check.compare.differ', { count: differ, total: rows.length })}
        {otherRules && <Text size="sm" mt={4}>{t('validator.check.compare.versions')}</Text>}
      </Alert>
      <Switch size="sm" checked={all} onChange={(e) => setAll(e.currentTarget.checked)} label={t('validator.check.compare.all')} />
      <div style={{ overflowX: 'auto', maxHeight: all ? 560 : undefined, overflowY: 'auto' }} tabIndex={0} role="group" aria-label={t('validator.check.compare.table')}>
        <Table verticalSpacing={7} miw={420}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('validator.check.compare.part')}</Table.Th>
              <Table.Th className={css.number}>{t('validator.check.compare.claimed')}</Table.Th>
              <Table.Th className={css.number}>{t('validator.check.compare.found')}</Table.Th>
              <Table.Th>{t('validator.check.compare.agree')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>{rows.filter((row) => all || row.head || !row.agree).map((row) => <Row key={row.name} row={row} />)}</Table.Tbody>
        </Table>
      </div>
    </Stack>
  );
}

function Row({ row }: { row: CompareRow }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} className={`ph-wrap${row.named ? '' : ' ph-mono'}`}>{row.name}</Table.Th>
      <Table.Td className={`ph-wrap ${css.number}`}>{row.claimed}</Table.Td>
      <Table.Td className={`ph-wrap ${css.number}`} fw={row.agree ? undefined : 700}>{row.found}</Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          {row.agree ? <Check size={16} aria-hidden color="var(--mantine-color-green-light-color)" /> : <X size={16} aria-hidden color="var(--mantine-color-error)" />}
          <span>{t(row.agree ? 'validator.check.compare.yes' : 'validator.check.compare.no')}</span>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
