import { Alert, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { CircleCheck, Send } from 'lucide-react';
import { useState } from 'react';
import type { SendPreview } from '../../../../shared/api/account.ts';
import type { Coins as Amount } from '../../../../shared/api/common.ts';
import type { Hex } from '../../../../shared/domain/chain.ts';
import { api } from '../../api/client.ts';
import { Addr } from '../../components/Addr.tsx';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { coins, coinsInput, native, parseCoins, t } from '../../i18n/all.ts';
import { useAct } from '../../stores/act.ts';

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
type Draft = { to: string; amount: Amount; preview: SendPreview };

export function SendForm() {
  const [to, setTo] = useState('');
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [sent, setSent] = useState<Hex | null>(null);
  const amount = parseCoins(text);
  const toWrong = !ADDRESS.test(to.trim()) ? t('shell.wallet.send.to.wrong') : null;
  const amountWrong = amount === null ? t('shell.wallet.send.amount.wrong', { example: coinsInput('12500000000000000000') }) : amount === '0' ? t('shell.wallet.send.amount.zero') : null;
  const review = useAct(async () => {
    const input = { to: to.trim(), amount: amount! };
    setDraft({ ...input, preview: await api.account.previewSend.query(input) });
  });
  const send = useAct(async ({ to, amount }: Draft) => {
    const { tx } = await api.account.send.mutate({ to, amount });
    setDraft(null); setSent(tx); setTo(''); setText(''); setTried(false);
  });
  return (
    <form className="ph-panel" noValidate onSubmit={(e) => { e.preventDefault(); setTried(true); setSent(null); if (!toWrong && !amountWrong) void review.run(); }}>
      <Stack>
        <Title order={2}>{t('shell.wallet.send.title')}</Title>
        <TextInput label={t('shell.wallet.send.to')} value={to} onChange={(e) => setTo(e.currentTarget.value)} error={tried ? toWrong : null} placeholder="0x…" spellCheck={false} autoComplete="off" classNames={{ input: 'ph-mono' }} />
        <TextInput label={t('shell.wallet.send.amount')} value={text} onChange={(e) => setText(e.currentTarget.value)} error={tried ? amountWrong : null} inputMode="decimal" autoComplete="off" classNames={{ input: 'ph-num' }} maw={320} />
        <ErrorBox error={review.error} />
        {sent && <Alert color="green" variant="light" icon={<CircleCheck size={20} aria-hidden />} role="status"><Group gap={6}><Text size="sm">{t('shell.wallet.sent')}</Text><Addr address={sent} /></Group></Alert>}
        <Group justify="flex-end"><Button type="submit" leftSection={<Send size={16} aria-hidden />} loading={review.busy}>{t('shell.wallet.send.review')}</Button></Group>
      </Stack>
      {draft && (
        <ConfirmAct
          opened onClose={() => { setDraft(null); send.clear(); }} title={t('shell.wallet.send.confirm.title', { amount: coins(draft.amount) })}
          sentences={[t('shell.wallet.send.confirm.what', { amount: coins(draft.amount), to: draft.to }), t('shell.wallet.send.confirm.final')]}
          costs={[{ label: t('shell.wallet.cost.amount'), value: coins(draft.amount) }, { label: t('shell.wallet.cost.fee'), value: native(draft.preview.gas.wei) }, { label: t('shell.wallet.cost.after'), value: coins(draft.preview.balanceAfter) }]}
          confirm={t('shell.wallet.send.confirm', { amount: coins(draft.amount) })} onConfirm={() => void send.run(draft)} busy={send.busy} error={send.error}
        />
      )}
    </form>
  );
}
