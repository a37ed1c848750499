import { describe, expect, it } from 'vitest';
import { folderPath, sourcesOfFiles } from '../../renderer/src/roles/owner/import/sources.ts';

const file = (name: string, within = '', size = 3): File => Object.assign(new File(['x'.repeat(size)], name), { webkitRelativePath: within });

describe('what was chosen', () => {
  it('is each file by itself, and a folder as one, without what systems put beside', () => {
    const sources = sourcesOfFiles([file('a.csv'), file('HR.csv', 'E4/HR.csv'), file('.DS_Store', 'E4/.DS_Store'), file('x', 'E4/__MACOSX/x'), file('t.csv', 'E4/deep/er/t.csv', 5), file('b.fit')]);
    expect(sources.map((s) => [s.kind, s.name, s.bytes])).toEqual([['file', 'a.csv', 3], ['file', 'b.fit', 3], ['folder', 'E4', 8]]);
    const folder = sources[2]!;
    expect(folder.kind === 'folder' && folder.files.map((f) => f.path)).toEqual(['HR.csv', 'deep/er/t.csv']);
  });

  it('lies where its files lie, on every system', () => {
    expect(folderPath('/home/anna/E4/HR.csv', 'HR.csv')).toBe('/home/anna/E4');
    expect(folderPath('/home/anna/E4/deep/er/t.csv', 'deep/er/t.csv')).toBe('/home/anna/E4');
    expect(folderPath('C:\\Users\\anna\\E4\\deep\\t.csv', 'deep/t.csv')).toBe('C:\\Users\\anna\\E4');
  });
});
