import { create } from 'zustand';
import type { Specification } from '../../../../../shared/domain/specification.ts';

/** What this person looks for now: set in the market, so that a dataset's page can be held against it. Gone with the window. */
const store = create<{ specification: Specification | null }>(() => ({ specification: null }));

export const useCurrentSpecification = (): Specification | null => store((s) => s.specification);
export const setCurrentSpecification = (specification: Specification | null): void => store.setState({ specification });
