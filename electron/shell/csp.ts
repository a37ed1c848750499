/** Stands in the built index.html where each answer puts a nonce of its own; vite writes it (`html.cspNonce`). */
export const NONCE_PLACEHOLDER = '__PHDEX_NONCE__';

/**
 * What the pages may do, the same in the window and in the browser: scripts and styles of ours only, no inline script.
 * Mantine puts its CSS variables into a <style> element: that one carries the nonce, so no inline style is allowed beside it.
 */
export function contentSecurityPolicy(options: { nonce: string; connect: readonly string[] }): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${options.nonce}'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src ${["'self'", ...options.connect].join(' ')}`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
}

/** What every answer carries besides. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
};
