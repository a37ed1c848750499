import { CopyButton, Group, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { address as short, t } from '../i18n/all.ts';
import css from './Addr.module.css';

/** An address, a transaction or a hash: short, copied by a press, in full in its title. */
export function Addr({ address, full = false }: { address: string; full?: boolean }) {
  const shown = full ? address : short(address);
  return (
    <CopyButton value={address} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip styles={{ tooltip: { overflowWrap: "anywhere", maxWidth: 340, whiteSpace: "normal" } }} label={copied ? t('shell.copied') : t('shell.copy.this', { what: address })}>
          <UnstyledButton className={css.addr} onClick={(e) => { e.stopPropagation(); copy(); }} aria-label={`${t('shell.copy.this', { what: shown })}${copied ? `: ${t('shell.copied')}` : ''}`} title={address}>
            <Group gap={5} wrap="nowrap" component="span">
              <Text component="span" size="sm" className={full ? 'ph-mono ph-wrap' : 'ph-mono'} style={full ? undefined : { whiteSpace: 'nowrap' }}>{shown}</Text>
              {copied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
            </Group>
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
