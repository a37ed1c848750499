import type { ComponentType } from 'react';
import { CheckPage } from './CheckPage.tsx';
import { QueuePage } from './QueuePage.tsx';

export const routes: { path: string; component: ComponentType }[] = [
  { path: '/validator', component: QueuePage },
  { path: '/validator/:id', component: CheckPage },
];
