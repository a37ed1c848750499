import { Alert, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';

/** What a person should know first; nothing where there is nothing. */
export function Warnings({ sentences }: { sentences: string[] }) {
  if (sentences.length === 0) return null;
  return (
    <Alert color="yellow" variant="light" icon={<TriangleAlert size={20} aria-hidden />} role="note">
      {sentences.map((s) => <Text key={s} size="sm" className="ph-wrap">{s}</Text>)}
    </Alert>
  );
}
