import { Group, Paper, Table, Text, Title } from '@mantine/core';
import { Check, X } from 'lucide-react';
import type { CheckView } from '../../../../shared/api/validator.ts';
import { t } from '../../i18n/index.ts';
import { compareRows } from './compare.ts';
import css from './validator.module.css';

export function ComparePanel({ check }: { check: CheckView }) {
  return (
    <Paper component="section" className="ph-panel" aria-labelledby="validator-compare">
      <Title order={2} size="h4" mb="md" id="validator-compare">{t('validator.check.compare')}</Title>
      {check.claimed && check.found ? (
        <div style={{ overflowX: 'auto' }} tabIndex={0} role="group" aria-label={t('validator.check.compare.table')}>
          <Table verticalSpacing={7} miw={420}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('validator.check.compare.part')}</Table.Th>
                <Table.Th className={css.number}>{t('validator.check.compare.claimed')}</Table.Th>
                <Table.Th className={css.number}>{t('validator.check.compare.found')}</Table.Th>
                <Table.Th>{t('validator.check.compare.agree')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {compareRows(check.claimed, check.found).map((row) => (
                <Table.Tr key={row.name}>
                  <Table.Th scope="row" fw={500}>{row.name}</Table.Th>
                  <Table.Td className={css.number}>{row.claimed}</Table.Td>
                  <Table.Td className={css.number} fw={row.agree ? undefined : 700}>{row.found}</Table.Td>
                  <Table.Td>
                    <Group gap={6} wrap="nowrap">
                      {row.agree ? <Check size={16} aria-hidden color="var(--mantine-color-green-light-color)" /> : <X size={16} aria-hidden color="var(--mantine-color-error)" />}
                      <span>{t(row.agree ? 'validator.check.compare.yes' : 'validator.check.compare.no')}</span>
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      ) : <Text size="sm">{t('validator.check.compare.missing')}</Text>}
    </Paper>
  );
}
