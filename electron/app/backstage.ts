import type { NoticeKind, Settings, Topic } from '../../shared/api/app.ts';
import type { Blobs } from './storage-service.ts';
import type { Chain } from './chain-service.ts';
import type { Jobs } from './jobs.ts';
import type { NodeParts } from './open-parts.ts';
import type { Presence } from './presence.ts';
import type { Uploads } from './uploads.ts';

/** What the features are made of, once the profile is unlocked and its network is up: `createOwnerApi(backstage)` and so on. */
export type Backstage = {
  parts: NodeParts; chain: Chain; blobs: Blobs; jobs: Jobs; presence: Presence; uploads: Uploads;
  settings(): Settings;
  set(settings: Partial<Settings>): void;
  changed(...topics: Topic[]): void;
  notify(kind: NoticeKind, params: Record<string, string | number>, link: string | null): void;
};
