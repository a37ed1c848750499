import { request } from 'node:http';

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; text: string; json: Record<string, unknown> };
export type Ask = { method?: string; path: string; token?: string | null; body?: unknown; raw?: string | Buffer; headers?: Record<string, string> };

/** A plain HTTP client: sends what it is told, a wrong Host or a broken path as well, which fetch would mend. */
export function client(port: number, token: string | null) {
  return (ask: Ask): Promise<Answer> => new Promise((resolve, reject) => {
    const bearer = ask.token === undefined ? token : ask.token;
    const body = ask.raw ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body));
    const sent = request({
      host: '127.0.0.1', port, method: ask.method ?? (body === undefined ? 'GET' : 'POST'), path: ask.path,
      headers: { ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }), ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }), ...ask.headers },
    }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (c: Buffer) => chunks.push(c));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        let json: Record<string, unknown> = {};
        try { json = JSON.parse(text) as Record<string, unknown>; } catch { /* not every answer is */ }
        resolve({ status: response.statusCode!, headers: response.headers, text, json });
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
