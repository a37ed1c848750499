/** The reader's locale for numbers and dates; the browser's list, best first. */
let locale: string | undefined = typeof navigator === 'undefined' ? undefined : (navigator.languages?.[0] ?? navigator.language);
const listeners = new Set<() => void>();

export const currentLocale = (): string | undefined => locale;
export function setLocale(next: string | undefined): void {
  locale = next;
  for (const forget of listeners) forget();
}
/** Formatters are expensive to make: one for each locale and kind. */
export function perLocale<T>(make: (locale: string | undefined) => T): () => T {
  let made: T | undefined;
  listeners.add(() => { made = undefined; });
  return () => (made ??= make(locale));
}
