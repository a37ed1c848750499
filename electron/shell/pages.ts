import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { contentSecurityPolicy, NONCE_PLACEHOLDER, SECURITY_HEADERS } from './csp.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.txt': 'text/plain; charset=utf-8',
};

export type PageAnswer = { status: 200 | 404; headers: Record<string, string>; body: Uint8Array };

/** The file under `dir` that a URL's path names; null where it names none that may be served. */
export function pageFile(dir: string, pathname: string): string | null {
  let path: string;
  try { path = decodeURIComponent(pathname); } catch { return null; }
  // A backslash is a separator on Windows, and no name of ours holds one; nor a colon (drives, alternate streams).
  if (!path.startsWith('/') || /[\\:\0]/.test(path) || path.split('/').some((part) => part.startsWith('.'))) return null;
  const name = path === '/' ? '/index.html' : path;
  if (!(extname(name) in TYPES)) return null;
  const root = normalize(dir).replace(/[/\\]$/, '') + sep;
  const file = normalize(join(root, name));
  return file.startsWith(root) ? file : null;
}

/** Answers with a built page. The one page that is not named by its hash is never cached, and gets a nonce of its own. */
export async function answerPage(dir: string, pathname: string, connect: readonly string[]): Promise<PageAnswer> {
  const nonce = randomBytes(16).toString('base64');
  const base = { ...SECURITY_HEADERS, 'Content-Security-Policy': contentSecurityPolicy({ nonce, connect }) };
  const file = pageFile(dir, pathname);
  const bytes = file === null ? null : await readFile(file).catch(() => null);
  if (file === null || bytes === null) return { status: 404, headers: { ...base, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }, body: Buffer.from('Not found\n') };
  const html = file.endsWith('.html');
  const hashed = /-[\w-]{8,}\.\w+$/.test(file) && pathname.startsWith('/assets/');
  return {
    status: 200,
    headers: { ...base, 'Content-Type': TYPES[extname(file)]!, 'Cache-Control': html ? 'no-store' : hashed ? 'public, max-age=31536000, immutable' : 'no-cache' },
    body: html ? Buffer.from(bytes.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce)) : bytes,
  };
}
