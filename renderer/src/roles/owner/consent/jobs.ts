import type { JobKind } from '../../../../../shared/api/app.ts';

/** Jobs of consent, so that nobody has to look for them in the activity centre. */
export const CONSENT_JOBS: JobKind[] = ['approve', 'grant'];
