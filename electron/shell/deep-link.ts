export const SCHEME = 'phdex';

/** `phdex://dataset/<id>` and nothing more: anybody may write such a link, so no other text of it reaches the app. */
const PATTERN = /^phdex:\/\/dataset\/(0|[1-9]\d{0,14})\/?$/;

/** The place in the app that a link names; null for anything else, however close. */
export function pathOfDeepLink(link: unknown): string | null {
  const id = typeof link === 'string' && link.length <= 64 ? PATTERN.exec(link)?.[1] : undefined;
  return id === undefined ? null : `/market/${id}`;
}

/** The link among the arguments that a second start was given: on Windows and Linux the system passes it as one of them. */
export function pathOfArguments(argv: readonly string[]): string | null {
  for (const argument of argv) {
    const path = pathOfDeepLink(argument);
    if (path !== null) return path;
  }
  return null;
}

/** `--name value` or `--name=value`. */
export function optionOf(argv: readonly string[], name: string): string | undefined {
  const at = argv.findIndex((a) => a === `--${name}` || a.startsWith(`--${name}=`));
  if (at < 0) return undefined;
  const argument = argv[at]!;
  return argument.includes('=') ? argument.slice(argument.indexOf('=') + 1) : argv[at + 1];
}
