import { TagsInput } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = { label: string; description?: ReactNode; value: string[]; onChange: (tags: string[]) => void; max?: number; error?: ReactNode; placeholder?: string };

/** Tags as a label takes them: small letters, digits and hyphens. What else is typed becomes that. */
export function TagInput({ max = 12, onChange, ...rest }: Props) {
  const tidy = (tag: string) => tag.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 24);
  return <TagsInput {...rest} maxTags={max} clearable splitChars={[',', ' ', ';']} onChange={(tags) => onChange([...new Set(tags.map(tidy).filter((tag) => tag !== ''))].slice(0, max))} />;
}
