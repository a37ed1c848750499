import { Button, Group, Menu, Modal, Table, Text } from '@mantine/core';
import { ChevronDown, FileUp, FolderUp, Info } from 'lucide-react';
import { useRef, useState } from 'react';
import { t, type Key } from '../../../i18n/index.ts';
import { addImports } from './imports.ts';
import { sourcesOfFiles } from './sources.ts';

/** What is read, in words, and where one gets it. */
const FORMATS: readonly [Key, Key][] = [
  ['owner.source.apple-health', 'import.format.apple-health'], ['owner.source.fitbit', 'import.format.fitbit'], ['owner.source.fit', 'import.format.fit'], ['import.format.tracks', 'import.format.tracks.text'],
  ['owner.source.gadgetbridge', 'import.format.gadgetbridge'], ['owner.source.oura', 'import.format.oura'], ['owner.source.samsung-health', 'import.format.samsung-health'], ['owner.source.empatica-e4', 'import.format.empatica-e4'],
  ['import.format.actigraph', 'import.format.actigraph.text'], ['owner.source.axivity-csv', 'import.format.axivity-csv'], ['owner.source.edf', 'import.format.edf'], ['owner.source.fhir', 'import.format.fhir'], ['owner.source.csv', 'import.format.csv'], ['owner.source.wisdm', 'import.format.wisdm'],
];

/** Files, a folder, or first what can be imported at all. */
export function ImportButton() {
  const chooser = useRef<HTMLInputElement>(null);
  const [asking, setAsking] = useState(false);
  const take = (list: FileList | null) => void addImports(sourcesOfFiles([...(list ?? [])]));
  function chooseFolder(): void {
    // Made when it is wanted: React knows no attribute for folders.
    const input = Object.assign(document.createElement('input'), { type: 'file', webkitdirectory: true });
    input.addEventListener('change', () => take(input.files));
    input.click();
  }
  return (
    <>
      <input ref={chooser} type="file" multiple hidden aria-label={t('owner.import.open')} onChange={(e) => { take(e.currentTarget.files); e.currentTarget.value = ''; }} />
      <Group gap={1} wrap="nowrap">
        <Button leftSection={<FileUp size={16} aria-hidden />} onClick={() => chooser.current?.click()} style={{ borderStartEndRadius: 0, borderEndEndRadius: 0 }}>{t('owner.import.open')}</Button>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target><Button px={8} aria-label={t('import.more')} style={{ borderStartStartRadius: 0, borderEndStartRadius: 0 }}><ChevronDown size={16} aria-hidden /></Button></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<FolderUp size={16} aria-hidden />} onClick={chooseFolder}>{t('import.folder')}</Menu.Item>
            <Menu.Item leftSection={<Info size={16} aria-hidden />} onClick={() => setAsking(true)}>{t('import.formats.open')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t('import.formats.open')} size="lg" closeButtonProps={{ 'aria-label': t('owner.close') }}>
        <Text size="sm" mb="sm">{t('import.formats.text')}</Text>
        <Table fz="sm" verticalSpacing={6}>
          <Table.Thead><Table.Tr><Table.Th>{t('import.formats.what')}</Table.Th><Table.Th>{t('import.formats.give')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>{FORMATS.map(([name, text]) => <Table.Tr key={name}><Table.Td fw={600}>{t(name)}</Table.Td><Table.Td>{t(text)}</Table.Td></Table.Tr>)}</Table.Tbody>
        </Table>
      </Modal>
    </>
  );
}
