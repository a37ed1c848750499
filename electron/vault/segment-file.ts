import { SegmentName } from '../../shared/domain/manifest.ts';

/**
 * File of a segment in the dataset's directory: `acceleration/day-000` → `acceleration.day-000.phdx`.
 * @throws RangeError for anything but a segment's name, so that no name can point out of the directory
 */
export function segmentFile(name: string): string {
  if (!SegmentName.safeParse(name).success) throw new RangeError(`segmentFile: «${name}» is not the name of a segment, such as acceleration/day-000.`);
  return `${name.replace('/', '.')}.phdx`;
}
