import { Anchor, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import type { PartyView } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { Loaded } from '../../../components/Loaded.tsx';
import { dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useLive } from '../../../stores/live.ts';
import { Panel } from '../Panel.tsx';

/** Recordings that somebody has added by a right to append. */
export function AddedByThem({ party }: { party: PartyView }) {
  const recordings = useLive(['owner', 'recordings'], () => api.owner.recordings.query(), ['recordings', 'publications', 'datasets']);
  return (
    <Panel component="section" aria-labelledby="added-title">
      <Title order={2} size="h4" mb="sm" id="added-title">{t('consent.right.added')}</Title>
      <Loaded live={recordings}>
        {(all) => {
          const theirs = all.filter((r) => r.source.appendedBy === party.address.toLowerCase());
          return theirs.length === 0 ? <Text size="sm" c="dimmed">{t('consent.right.added.none')}</Text> : (
            <ul style={{ margin: 0, paddingInlineStart: 20 }}>{theirs.map((r) => <Text component="li" size="sm" key={r.id} className="ph-wrap"><Anchor component={Link} href={`/owner/recordings/${r.id}`}>{r.title}</Anchor>{` · ${dateTime(r.createdAt)}`}</Text>)}</ul>
          );
        }}
      </Loaded>
    </Panel>
  );
}
