/**
 * Finds what names or locates a person in a short public text. It errs towards refusing: a label is world-readable and
 * for ever, and whoever wrote it can say the same in other words.
 */
export type PersonalData = { what: string; part: string };

const STREET = '(?:street|st\\.|avenue|ave\\.?|road|rd\\.|lane|drive|boulevard|blvd\\.?|square|court|terrace|highway)';
const STREET_AFTER = '(?:calle|avenida|avda\\.?|rue|via|piazza|plaza|rua|chemin|paseo|ulica|ul\\.)';

const PATTERNS: [what: string, pattern: RegExp][] = [
  ['an e-mail address', /[\p{L}\p{N}._%+-]+\s*(?:@|\(at\)|\[at\])\s*[\p{L}\p{N}-]+(?:\s*(?:\.|\(dot\)|\[dot\])\s*[\p{L}\p{N}-]+)+/iu],
  ['a web address', /\b(?:https?:\/\/|ftp:\/\/|www\.)\S+|\b[a-z0-9-]+\.(?:com|org|net|io|dev|app|me|info|eu|de|fr|es|it|uk|dk|nl|ch|at|se|no|fi|pl|pt)\b(?:\/\S*)?/iu],
  ['a name on a social network', /(?:^|\s)@[a-z0-9_.]{2,}/iu],
  ['a hardware address', /\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/iu],
  ['an IP address', /\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b/iu],
  ['a UUID', /\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b/iu],
  ['coordinates', /[-+]?\d{1,3}\.\d{3,}\s*°?\s*[NS]?\s*[,;/ ]\s*[-+]?\d{1,3}\.\d{3,}\s*°?\s*[EW]?|\d{1,3}\s*°\s*\d{1,2}\s*['′]/iu],
  ['a date', /\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b|\b\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})\b|\b\d{1,2}(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+\d{4}\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}\b/iu],
  ['a date of birth', /\b(?:born|birthday|date of birth|d\.?o\.?b\.?|né|née|geboren|nacid[oa])\b/iu],
  ['a serial number', /\b(?:serial|s\/n|sn|imei|imsi|iccid|device id|udid|part no)\b\s*(?:no\.?|number|nr\.?|#)?\s*[:#=]?\s*[a-z0-9-]*\d[a-z0-9-]*/iu],
  ['a telephone number', /\+\s*\d(?:[ ()./-]*\d){6,}|\(\d{2,5}\)\s*\d(?:[ ./-]*\d){4,}|\b(?:tel|phone|mobile|call|fax|whatsapp)\b\s*(?:me)?\s*(?:at|on)?\s*[:.]?\s*\d(?:[ ()./-]*\d){3,}|\b\d{3}[-. ]\d{3,4}[-. ]\d{3,4}\b|\b\d{3}-\d{4}\b/iu],
  ['a long number', /\d(?:[ .-]?\d){8,}/u],
  ['a national number', /\b\d{3}-\d{2}-\d{4}\b|\b\d{6}[-+]\d{4}\b|\b\d{8}-?[A-Z]\b|\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,}\b/u],
  ['a serial number', /\b(?=[A-Z0-9-]*[A-Z])(?=(?:[A-Z0-9-]*\d){4})[A-Z0-9][A-Z0-9-]{7,}\b/u],
  ['a street address', new RegExp(`\\b\\d{1,5}[a-z]?,?\\s+(?:[\\p{L}'.-]+\\s+){0,3}${STREET}(?=\\W|$)|(?:^|\\W)(?:[\\p{L}'-]+\\s+)${STREET}\\s+\\d{1,5}\\b|(?:^|\\W)${STREET_AFTER}\\s+(?:[\\p{L}'.-]+\\s*){1,4},?\\s*\\d{1,5}\\b|[\\p{L}-]{2,}(?:stra(?:ß|ss)e|gasse|weg|platz|allee|vej|gade|gatan|straat|laan)\\s+\\d{1,4}[a-z]?(?=\\W|$)`, 'iu')],
  ['a post code', /\b[A-Z]{1,2}\d[A-Z\d]?\s+\d[A-Z]{2}\b|\b(?:[A-Z]{1,2}-)\d{4,5}\b|\b\d{4,5}\s+(?!(?:Steps?|Samples?|Rows?|Hours?|Minutes?|Seconds?|Hertz)\b)\p{Lu}\p{Ll}{2,}|\b[A-Z]{2}\s+\d{5}(?:-\d{4})?\b|\b(?:zip|postcode|postal code|plz)\b\s*:?\s*\S+|\b\d{4}\s?[A-Z]{2}\b/u],
  ['a name', /\b(?:Dr|Mr|Mrs|Ms|Miss|Prof|Herr|Frau|Señora?|Sr|Sra|Mme|Mlle|Monsieur|Madame)\.?\s+\p{Lu}[\p{L}'-]+/u],
  ['a name', /\b(?:my name is|i am called|i'm called|name\s*[:=]|named|mein name ist|je m'appelle|me llamo)\s+[\p{L}'-]{2,}/iu],
  ['a name', /\b(?:[Pp]atient|[Pp]articipant|[Ss]ubject|[Rr]ecorded by|[Ww]orn by|[Dd]ata of|[Rr]ecording of|[Ww]rist of|[Bb]elongs to|[Cc]ourtesy of)\s*[:=]?\s+(?!WISDM|UCI)\p{Lu}\p{Ll}[\p{L}'-]*/u],
  ['a name', /(?<!\p{L})\p{Lu}\p{Ll}+(?:'s|’s)\s+(?:watch|wrist|data|recording|day|night|sleep|heart|run|walk|phone|band|ring)\b/u],
  ['a place', /\b(?:[Ii] live|[Ll]iving|[Ll]ives|[Rr]esident|[Hh]ome|[Ll]ocated|[Rr]ecorded|[Ww]alk(?:ing)?|[Rr]un(?:ning)?|[Hh]ospital|[Cc]linic)\s+(?:in|at|near|around|from)\s+(?!(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Spring|Summer|Autumn|Winter|Night|Home|Work|Rest)\b)\p{Lu}\p{Ll}+/u],
  ['an exact age', /\b\d{1,3}[\s-]*(?:years?|yrs?|y\/?o)[\s-]*(?:old)?\b|\baged?\s*[:=]?\s*\d{1,3}\b(?!\s*[-–+])/iu],
  ['an exact height or weight', /\b\d{2,3}(?:[.,]\d+)?\s*(?:cm|kg|lbs?|pounds)\b|\b[12][.,]\d{2}\s*m(?:etres?|eters?)?\b(?!\/)/iu],
];

/** The first thing in a text that names or locates a person; null where nothing was found. */
export function findPersonalData(text: string): PersonalData | null {
  // Look-alikes and invisible characters would hide what a reader still sees.
  const plain = text.normalize('NFKC').replace(/[\u200B-\u200F\u202A-\u202E\u2060\uFEFF\u00AD]/gu, '');
  for (const [what, pattern] of PATTERNS) {
    const match = pattern.exec(plain);
    if (match) return { what, part: match[0].trim().slice(0, 60) };
  }
  return null;
}
