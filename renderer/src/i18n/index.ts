import en from './en/index.ts';
import { currentLocale, perLocale } from './locale.ts';
import { number } from './format.ts';

type Catalogue = typeof en;
type Literal = keyof Catalogue;
type PluralBase<K> = K extends `${infer Base}.other` ? (`${Base}.one` extends Literal ? Base : never) : never;
/** A key of the catalogue; of a plural pair, the part before `.one` and `.other`. */
export type Key = Exclude<Literal, `${PluralBase<Literal>}.one` | `${PluralBase<Literal>}.other`> | PluralBase<Literal>;
export type Params = Readonly<Record<string, string | number>>;

/** Languages by their tag; another one is a catalogue of the same keys beside `en`. */
const CATALOGUES: Record<string, Readonly<Record<string, string>>> = { en };
let language = 'en';
const plural = perLocale(() => new Intl.PluralRules(language));

export const setLanguage = (tag: string): void => { if (tag in CATALOGUES) language = tag; };
export const languages = (): string[] => Object.keys(CATALOGUES);

/** Marks that turn the direction of what follows: a stranger's title must not turn the sentence around it, nor an amount. */
const TURNS = /[\u202A-\u202E\u2066-\u2069]/g;

/** The sentence for a key, its `{places}` filled in; numbers are written in the reader's locale. */
export function t(key: Key, params: Params = {}): string {
  const catalogue = CATALOGUES[language]!;
  const count = params.count;
  const category = typeof count === 'number' ? plural().select(count) : 'other';
  const text = catalogue[key] ?? catalogue[`${key}.${category}`] ?? catalogue[`${key}.other`] ?? key;
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = params[name];
    return value === undefined ? place : typeof value === 'number' ? number(value) : value.replace(TURNS, '');
  });
}

/** Whether a key that came from data (an event's name, an error's code) has a sentence. */
export const hasKey = (key: string): key is Key => key in en || `${key}.other` in en;

export { currentLocale };
