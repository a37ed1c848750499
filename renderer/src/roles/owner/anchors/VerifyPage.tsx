import { Button, Group, Progress, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { FileCheck, FileJson, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { ReceiptVerdict } from '../../../../../shared/domain/anchor-receipt.ts';
import { VerifyReceiptIn } from '../../../../../shared/api/anchors.ts';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { Panel } from '../Panel.tsx';
import { AnchorFrame } from './AnchorFrame.tsx';
import { ChooseFile } from './ChooseFile.tsx';
import { hashFile } from './hash-file.ts';
import { readReceipt } from './read-receipt.ts';
import { VerdictPanel } from './VerdictPanel.tsx';

/** Somebody's file against its receipt. */
export function VerifyPage() {
  const [receipt, setReceipt] = useState<File | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const [block, setBlock] = useState('');
  const [hashed, setHashed] = useState<number | null>(null);
  const [verdict, setVerdict] = useState<ReceiptVerdict | null>(null);
  const blockHash = block.trim() === '' ? null : block.trim();
  const valid = VerifyReceiptIn.shape.blockHash.safeParse(blockHash).success;
  const verify = useAct(async (text: File, of: File, hash: string | null) => {
    setVerdict(null);
    try { setVerdict(await api.anchors.verify.mutate({ receipt: await readReceipt(text), digest: await hashFile(of, setHashed), blockHash: hash })); } finally { setHashed(null); }
  });
  /** A verdict is of what was chosen when it was asked for. */
  const change = (set: () => void) => { set(); setVerdict(null); verify.clear(); };
  return (
    <AnchorFrame title={t('anchors.verify.title')} subtitle={t('anchors.verify.subtitle')}>
      <Stack gap="lg">
        <Panel>
          <form onSubmit={(e) => { e.preventDefault(); if (receipt && file && valid) void verify.run(receipt, file, blockHash); }}>
            <Stack gap="md">
              <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
                <ChooseFile label={t('anchors.verify.receipt')} text={t('anchors.verify.receipt.text')} choose={t('anchors.verify.receipt.choose')} icon={<FileJson size={16} aria-hidden />} accept="application/json,.json" file={receipt} onChoose={(it) => change(() => setReceipt(it))} />
                <ChooseFile label={t('anchors.verify.file')} text={t('anchors.verify.file.text')} choose={t('anchors.verify.file.choose')} icon={<FileCheck size={16} aria-hidden />} file={file} onChoose={(it) => change(() => setFile(it))} />
              </SimpleGrid>
              <TextInput label={t('anchors.verify.block')} description={t('anchors.verify.block.text')} value={block} maxLength={80} onChange={(e) => { const { value } = e.currentTarget; change(() => setBlock(value)); }} error={valid ? undefined : t('anchors.verify.block.wrong')} spellCheck={false} autoComplete="off" classNames={{ input: 'ph-mono' }} />
              {file && hashed !== null && <Progress value={(hashed / Math.max(1, file.size)) * 100} aria-label={t('anchors.verify.hashing')} />}
              <ErrorBox error={verify.error} />
              <Group><Button type="submit" leftSection={<ShieldCheck size={16} aria-hidden />} disabled={!receipt || !file || !valid} loading={verify.busy}>{t('anchors.verify.do')}</Button></Group>
            </Stack>
          </form>
        </Panel>
        {verdict && <VerdictPanel verdict={verdict} />}
      </Stack>
    </AnchorFrame>
  );
}
