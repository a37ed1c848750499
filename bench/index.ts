/** `npm run bench -- seal|merkle|gas|release|events|search|pages|import|capture|quality|anchors`: ratios against a named peer, in one run. */
const benches = ['seal', 'merkle', 'gas', 'release', 'events', 'search', 'pages', 'import', 'capture', 'quality', 'anchors'] as const;

const asked = process.argv.slice(2).filter((a) => !a.startsWith('-'));
const unknown = asked.find((a) => !(benches as readonly string[]).includes(a));
if (unknown || process.argv.includes('--help')) {
  console.error(`${unknown ? `There is no bench «${unknown}». ` : ''}npm run bench -- [${benches.join(' | ')}]`);
  process.exit(unknown ? 2 : 0);
}
for (const name of asked.length > 0 ? asked : benches) {
  console.log(`\n── ${name}`);
  const { run } = (await import(`./${name}.ts`)) as { run(): Promise<void> };
  await run();
}
