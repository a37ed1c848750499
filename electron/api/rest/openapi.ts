import { z } from 'zod';
import { Rest, SCOPES } from '../../../shared/api/rest.ts';
import { ROUTES, type Route } from './routes.ts';

type Json = Record<string, unknown>;
/** As a client sends or gets it: before what the schema makes of it. */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => { const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' }) as Json; return rest; };

const problem = (description: string): Json => ({ description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } });
const SUCCESS: Record<number, string> = { 200: 'Done.', 201: 'Made.', 202: 'Taken; it goes on behind this answer.', 204: 'Done.' };

function operation(route: Route): Json {
  return {
    operationId: route.id, summary: route.summary,
    security: [{ token: route.scope === null ? [] : [route.scope] }],
    ...(Object.keys(route.params).length === 0 && !route.once ? {} : { parameters: [
      ...Object.entries(route.params).map(([name, schema]) => ({ name, in: 'path', required: true, schema: schemaOf(schema, 'input') })),
      ...(route.once ? [{ name: 'Idempotency-Key', in: 'header', required: false, description: 'A repeated call with the same key gets the answer of the first, for a day or until the service restarts.', schema: { type: 'string', maxLength: 128 } }] : []),
    ] }),
    ...(route.body === null ? {} : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } } }),
    responses: {
      [route.status]: { description: SUCCESS[route.status]!, ...(route.answer === null ? {} : { content: { [route.type ?? 'application/json']: { schema: schemaOf(route.answer, 'output') } } }) },
      ...(route.body === null && Object.keys(route.params).length === 0 ? {} : { 400: problem('The input is not valid.') }),
      401: problem('There is no token, or it is unknown, expired or revoked.'), 403: problem('The token does not have the scope.'),
      ...(Object.keys(route.params).length === 0 ? {} : { 404: problem('There is none, or it is another client’s.') }),
      429: problem('Too many requests; Retry-After says when to come again.'), 503: problem('The profile is locked, or the chain does not answer.'), default: problem('Any other refusal.'),
    },
  };
}

/** The OpenAPI 3.1 document, made of the same schemas that the requests are held against. */
export function openApi(version: string, serverUrl: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of ROUTES) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route);
  return {
    openapi: '3.1.0',
    info: { title: 'PHDex', version, summary: 'Anchoring, requests and records for a clinical platform that runs no node of its own.', description: 'Content never travels to this service for anchoring: hash files where they lie. Errors are RFC 9457 problems with the codes of PHDex.', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: serverUrl }],
    paths,
    components: {
      schemas: { Problem: schemaOf(Rest.problem, 'output') },
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: `Made by \`phdex token create\`. Scopes: ${SCOPES.join(', ')}.` } },
    },
  };
}
