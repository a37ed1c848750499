import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { openApi } from '../../../electron/api/rest/openapi.ts';
import { ROUTES } from '../../../electron/api/rest/routes.ts';
import { SCOPES } from '../../../shared/api/rest.ts';

type Operation = { operationId: string; summary: string; security: { token: string[] }[]; parameters?: { name: string; in: string; required: boolean; schema: object }[]; requestBody?: { required: boolean; content: Record<string, { schema: object }> }; responses: Record<string, { description: string; content?: Record<string, { schema: { $ref?: string } }> }> };
const document = JSON.parse(JSON.stringify(openApi('1.2.3', 'http://127.0.0.1:1'))) as { openapi: string; info: { title: string; version: string }; servers: { url: string }[]; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, object>; securitySchemes: { token: object } } };
const operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })));

describe('the OpenAPI document', () => {
  it('is of 3.1, and has each route once', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'PHDex', version: '1.2.3' }, servers: [{ url: 'http://127.0.0.1:1' }], components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } } });
    expect(operations.map((o) => `${o.method} ${o.path}`).sort()).toEqual(ROUTES.map((r) => `${r.method.toLowerCase()} ${r.path}`).sort());
    expect(new Set(operations.map((o) => o.operation.operationId)).size).toBe(operations.length);
  });

  it.each(operations.map((o) => [`${o.method} ${o.path}`, o] as const))('%s is whole', (_name, { path, method, operation }) => {
    expect(operation.summary.length).toBeGreaterThan(10);
    // Each parameter of the path is described, and none that is not there.
    const inPath = (operation.parameters ?? []).filter((p) => p.name !== 'Idempotency-Key');
    expect(inPath.map((p) => p.name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]));
    for (const p of inPath) expect(p).toMatchObject({ in: 'path', required: true });
    expect(operation.security).toHaveLength(1);
    for (const scope of operation.security[0]!.token) expect(SCOPES).toContain(scope);
    const ok = Object.keys(operation.responses).filter((s) => s.startsWith('2'));
    expect(ok).toHaveLength(1);
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(response.description.length).toBeGreaterThan(3);
      if (!status.startsWith('2')) expect(response.content).toEqual({ 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } });
    }
    for (const type of Object.keys(operation.responses[ok[0]!]!.content ?? {})) expect(['application/json', '*/*']).toContain(type);
    expect(operation.requestBody === undefined || method === 'post').toBe(true);
  });

  it('has no schema but those of JSON Schema 2020-12, and no reference that leads nowhere', () => {
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, validateFormats: false });
    const schemas = [...Object.values(document.components.schemas), ...operations.flatMap(({ operation: o }) => [
      ...(o.parameters ?? []).map((p) => p.schema), ...Object.values(o.requestBody?.content ?? {}).map((c) => c.schema),
      ...Object.entries(o.responses).filter(([s]) => s.startsWith('2')).flatMap(([, r]) => Object.values(r.content ?? {}).map((c) => c.schema)),
    ])];
    expect(schemas.length).toBeGreaterThan(20);
    for (const schema of schemas) ajv.compile(schema);
    for (const [, ref] of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)) expect(ref).toBe('#/components/schemas/Problem');
  });

  it('says of a body what the service does', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const body = ajv.compile(document.paths['/v1/anchors']!['post']!.requestBody!.content['application/json']!.schema);
    const route = ROUTES.find((r) => r.id === 'postDigests')!;
    for (const value of [{ digests: ['ab'.repeat(32)] }, { digests: [] }, { digests: ['x'] }, {}, { digests: ['ab'.repeat(32)], content: 'x' }, null]) expect(body(value), JSON.stringify(value)).toBe(route.body!.safeParse(value).success);
  });
});
