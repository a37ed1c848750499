/**
 * Webster's rescoring (Webster et al., Sleep 1982;5:389–399), every rule on the sequence as it was: after at least 4, 10, 15
 * minutes of wake the next 1, 3, 4 minutes of sleep are wake; sleep of at most 6 minutes between at least 10 of wake on both sides
 * is wake, and of at most 10 between at least 20.
 * @param sleep one flag a minute, 1 for sleep
 */
export function webster(sleep: ArrayLike<number>): Uint8Array {
  const out = Uint8Array.from(sleep);
  const runs: { sleep: number; from: number; to: number }[] = [];
  for (let i = 0; i < sleep.length; i++) { const last = runs.at(-1); if (last && last.sleep === sleep[i]) last.to = i + 1; else runs.push({ sleep: sleep[i]!, from: i, to: i + 1 }); }
  runs.forEach((run, i) => {
    if (run.sleep === 0) return;
    const [before, after] = [runs[i - 1], runs[i + 1]].map((r) => (r ? r.to - r.from : 0)) as [number, number];
    const wakes = before >= 15 ? 4 : before >= 10 ? 3 : before >= 4 ? 1 : 0;
    out.fill(0, run.from, Math.min(run.to, run.from + wakes));
    const length = run.to - run.from;
    if ((length <= 6 && before >= 10 && after >= 10) || (length <= 10 && before >= 20 && after >= 20)) out.fill(0, run.from, run.to);
  });
  return out;
}
