/** `count` different places out of `of`, in order. */
export function pickPlaces(of: number, count: number, random: (below: number) => number = (below) => crypto.getRandomValues(new Uint32Array(1))[0]! % below): number[] {
  const places = Array.from({ length: of }, (_, i) => i);
  const picked: number[] = [];
  while (picked.length < count && places.length > 0) picked.push(...places.splice(random(places.length), 1));
  return picked.sort((a, b) => a - b);
}
