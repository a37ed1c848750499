import { useState } from 'react';
import type { BuyIn } from '../../../../shared/api/market.ts';
import { api } from '../../api/client.ts';
import { useAct, type Act } from '../../stores/act.ts';
import { useJob } from '../../stores/jobs.ts';
import type { Job } from '../../../../shared/api/app.ts';

type Items = BuyIn['items'];

/** One purchase of one or many datasets: the signature, and the job that follows it. */
export function usePurchase(): { buy: Act<[Items, { again: boolean; purpose?: string | undefined }], true>; job: Job | undefined; started: boolean } {
  const [jobId, setJobId] = useState<string | null>(null);
  const buy = useAct(async (items: Items, { again, purpose }: { again: boolean; purpose?: string | undefined }): Promise<true> => {
    const started = await api.market.buy.mutate({ items, again, ...(purpose?.trim() ? { purpose: purpose.trim() } : {}) });
    setJobId(started.jobId);
    return true;
  });
  return { buy, job: useJob(jobId), started: jobId !== null };
}

/** The access that a purchase led to, where it is one: known as soon as it is paid, while the shares still arrive. */
export function accessOf(job: Job | undefined): number | null {
  const id = job?.subject.accessId ?? job?.result?.['accessId'];
  return typeof id === 'number' ? id : null;
}
