import { Button, Group, Modal, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { Download } from 'lucide-react';
import type { ErasureCertificate } from '../../../../shared/api/owner.ts';
import { Addr } from '../../components/Addr.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { bytes, dateTime } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';

function download(certificate: ErasureCertificate): void {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(certificate, null, 2)}\n`], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `phdex-erasure-${certificate.datasetId}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** What «stop and erase» left behind, in words and as it is. */
export function CertificateDialog({ certificate: c, onClose }: { certificate: ErasureCertificate; onClose(): void }) {
  const confirmed = c.keepers.filter((k) => k.confirmed).length;
  const telling = c.grants.flatMap((g) => g.tellingUntil ?? []);
  const untold = c.grants.filter((g) => !g.told && g.tellingUntil === null).length;
  return (
    <Modal opened onClose={onClose} size="xl" title={<Text fw={650} fz="lg" component="span">{t('owner.certificate.title', { id: String(c.datasetId) })}</Text>} closeButtonProps={{ 'aria-label': t('owner.close') }}>
      <Stack gap="md">
        <ul style={{ margin: 0, paddingInlineStart: 20 }}>
          <Text component="li" size="sm">{t('owner.certificate.withdrawn', { at: dateTime(c.withdrawnAt) })}</Text>
          <Text component="li" size="sm">{t('owner.leaving.confirmed', { have: confirmed, total: c.keepers.length })}</Text>
          <Text component="li" size="sm">{t(c.ownerKeyForgotten ? 'owner.certificate.key' : 'owner.certificate.nokey')}</Text>
          <Text component="li" size="sm">{t('owner.leaving.freed', { size: bytes(c.bytesFreed) })}</Text>
          <Text component="li" size="sm">{t(c.recordingErased ? 'owner.certificate.recording' : 'owner.certificate.norecording')}</Text>
          {c.grants.length > 0 && <Text component="li" size="sm">{t('owner.certificate.grants', { ended: c.grants.filter((g) => g.ended).length, total: c.grants.length, told: c.grants.filter((g) => g.told).length })}</Text>}
          {telling.length > 0 && <Text component="li" size="sm">{t('owner.certificate.telling', { count: telling.length, until: dateTime(Math.max(...telling)) })}</Text>}
          {untold > 0 && <Text component="li" size="sm">{t('owner.certificate.untold', { count: untold })}</Text>}
          {c.healthLinks > 0 && <Text component="li" size="sm">{t('owner.certificate.links', { count: c.healthLinks })}</Text>}
          <Text component="li" size="sm">{c.openedBefore > 0 ? t('owner.erase.opened', { count: c.openedBefore }) : t('owner.certificate.unopened')}</Text>
        </ul>
        <Text size="sm" c="dimmed">{c.cannotBeErased}</Text>
        <Table verticalSpacing="xs">
          <Table.Thead><Table.Tr><Table.Th>{t('owner.keepers.col.keeper')}</Table.Th><Table.Th>{t('owner.certificate.share')}</Table.Th><Table.Th>{t('owner.trace.col.tx')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {c.keepers.map((k) => (
              <Table.Tr key={k.index}>
                <Table.Td><Addr address={k.address} /></Table.Td>
                <Table.Td>{k.confirmed ? <StatusBadge status="done" label={k.at === null ? t('owner.certificate.confirmed') : t('owner.certificate.confirmed.at', { at: dateTime(k.at) })} /> : <StatusBadge status="waiting" label={t('owner.certificate.unconfirmed')} />}</Table.Td>
                <Table.Td>{k.tx ? <Addr address={k.tx} /> : '–'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <ScrollArea.Autosize mah={220} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': t('owner.certificate.json'), role: 'region' }}>
          <pre className="ph-mono" style={{ margin: 0, fontSize: 12, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{JSON.stringify(c, null, 2)}</pre>
        </ScrollArea.Autosize>
        <Group justify="space-between">
          <Text size="xs" c="dimmed">{t('owner.certificate.issued', { at: dateTime(c.issuedAt) })}</Text>
          <Button leftSection={<Download size={16} aria-hidden="true" />} onClick={() => download(c)}>{t('owner.certificate.download')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
