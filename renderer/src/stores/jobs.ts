import { create } from 'zustand';
import type { Job } from '../../../shared/api/app.ts';

/** Newest first, as the server keeps them. */
export const jobsStore = create<{ jobs: Job[] }>(() => ({ jobs: [] }));

const newestFirst = (jobs: Job[]): Job[] => [...jobs].sort((a, b) => b.startedAt - a.startedAt);
export const setJobs = (jobs: Job[]): void => jobsStore.setState({ jobs: newestFirst(jobs) });
export const putJob = (job: Job): void => jobsStore.setState(({ jobs }) => ({ jobs: jobs.some((j) => j.id === job.id) ? jobs.map((j) => (j.id === job.id ? job : j)) : [job, ...jobs] }));
export const dropJob = (id: string): void => jobsStore.setState(({ jobs }) => ({ jobs: jobs.filter((j) => j.id !== id) }));

export const useJobs = (): Job[] => jobsStore((s) => s.jobs);
export const useJob = (id: string | null): Job | undefined => jobsStore((s) => (id === null ? undefined : s.jobs.find((j) => j.id === id)));
