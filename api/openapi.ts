import { z } from 'zod';
import { rightsOf } from '../domain/access/index.ts';
import type { AccessRole } from '../domain/access/index.ts';
import { ROLES } from '../domain/people/types.ts';
import type { RouteContract } from './contract.ts';
import { TAGS } from './contract.ts';
import { problemShape } from './contracts/problem.ts';
import { PROBLEM_STATUSES, problemResponses } from './openapi-problems.ts';

type Json = Readonly<Record<string, unknown>>;
type Schemas = Record<string, Json>;

const ALL_ROLES: readonly AccessRole[] = [...ROLES, 'auditor', 'admin'];

/**
 * The OpenAPI 3.1 document of a list of routes. It is written from the contracts alone: what the server checks and what
 * the document says cannot differ. Schemas with an id become components.
 */
export function openApiDocument(contracts: readonly RouteContract[]): Json {
  const schemas: Schemas = {};
  schemaOf(problemShape, schemas);
  const paths: Record<string, Record<string, Json>> = {};
  for (const contract of contracts) {
    const path = contract.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [contract.method.toLowerCase()]: operationOf(contract, schemas) };
  }
  const used = new Set(contracts.map(({ tag }) => tag));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Perennial',
      version: '1',
      summary: 'The contract-renewal engine',
      description:
        'How to use it, with examples: docs/api.md. Error codes: /docs/errors. 使用说明见 docs/api.md，错误代码见 /docs/errors。',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: TAGS.filter((tag) => used.has(tag)).map((name) => ({ name })),
    paths,
    components: {
      schemas: sorted(schemas),
      responses: problemResponses(),
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-perennial',
          description: 'Set by signing in. Requests that change something must come from our own origin',
        },
        token: { type: 'http', scheme: 'bearer', description: 'An API token, `prn_…`' },
      },
    },
  };
}

function operationOf(contract: RouteContract, schemas: Schemas): Json {
  const { id, tag, summary, access, body, status = 200 } = contract;
  const parameters = [
    ...parametersIn('path', contract.params, schemas),
    ...parametersIn('query', contract.query, schemas),
    ...headersOf(contract),
  ];
  return {
    operationId: id,
    tags: [tag],
    summary: summary.en,
    'x-summary-zh': summary['zh-CN'],
    description: whoMay(access),
    security: access === 'public' ? [] : [{ session: [] }, { token: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              ...(contract.consumes === undefined ? { 'application/json': { schema: schemaOf(body, schemas) } } : {}),
              ...Object.fromEntries(
                (contract.consumes ?? contract.accepts ?? []).map((type) => [
                  type,
                  { schema: { type: 'string', format: 'binary' } },
                ]),
              ),
            },
          },
        }),
    responses: {
      [String(status)]: answerOf(contract, status, schemas),
      ...Object.fromEntries(
        PROBLEM_STATUSES.filter((one) => canAnswer(contract, one)).map((one) => [
          String(one),
          { $ref: `#/components/responses/Problem${one}` },
        ]),
      ),
    },
  };
}

function answerOf({ method, response, produces }: RouteContract, status: number, schemas: Schemas): Json {
  const headers = {
    'Request-Id': { $ref: '#/components/headers/RequestId' },
    ...(method === 'GET' ? { ETag: { $ref: '#/components/headers/ETag' } } : {}),
  };
  if (status === 204) return { description: 'Done', headers };
  // What is streamed is described by its schema, and is no JSON.
  return {
    description: 'Done',
    headers,
    content: { [produces ?? 'application/json']: { schema: schemaOf(response, schemas) } },
  };
}

/** Whether a route can answer with an error of that status at all. */
function canAnswer(contract: RouteContract, status: number): boolean {
  const { method, access, params, query, body, ifMatch, once } = contract;
  switch (status) {
    case 400:
      return body !== undefined || query !== undefined || (method === 'POST' && once !== false);
    case 401:
      return access !== 'public' || contract.id === 'signIn';
    case 403:
      return access !== 'public' || method !== 'GET';
    case 404:
      return params !== undefined;
    case 409:
      return method !== 'GET';
    case 412:
    case 428:
      return ifMatch === true;
    case 413:
    case 415:
      return body !== undefined;
    case 422:
      return body !== undefined || query !== undefined;
    default:
      return true;
  }
}

function whoMay(access: RouteContract['access']): string {
  if (access === 'public') return 'Needs no account.';
  if (access === 'signed in') return 'For everybody who is signed in.';
  const who = ALL_ROLES.filter((role) => rightsOf({ personId: '', roles: [role], owners: [''] }).may(access));
  return `Right: \`${access}\` (${who.join(', ')}).`;
}

function headersOf({ method, access, once, ifMatch }: RouteContract): readonly Json[] {
  const named = method === 'POST' && once !== false && access !== 'public';
  return [
    ...(named ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ...(ifMatch === true ? [{ $ref: '#/components/parameters/IfMatch' }] : []),
    ...(method === 'GET' ? [{ $ref: '#/components/parameters/IfNoneMatch' }] : []),
    { $ref: '#/components/parameters/AcceptLanguage' },
  ];
}

const PARAMETERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description: 'Names the request so that it counts once; the same key with the same request gets the same answer',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
    example: '9f3c1d0a-4a53-4b7e-9a26-1f1f6a0d2c11',
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: true,
    description: 'The ETag of what was read; 412 where somebody changed it meanwhile',
    schema: { type: 'string' },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The ETag of what is known already; 304 where it still stands',
    schema: { type: 'string' },
  },
  AcceptLanguage: {
    name: 'Accept-Language',
    in: 'header',
    description: 'Language of texts and errors',
    schema: { type: 'string', default: 'en' },
    examples: { en: { value: 'en' }, zh: { value: 'zh-CN' } },
  },
} as const;

const HEADERS = {
  RequestId: { description: 'Name of this request in our logs', schema: { type: 'string' } },
  ETag: { description: 'Version of the answer', schema: { type: 'string' } },
} as const;

function parametersIn(place: 'path' | 'query', schema: z.ZodType | undefined, schemas: Schemas): readonly Json[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>).map(([name, part]) => {
    const { 'x-query': meant, description, ...written } = schemaOf(part, schemas);
    const required = place === 'path' || !part.safeParse(undefined).success;
    return {
      name,
      in: place,
      ...(required ? { required } : {}),
      ...(description === undefined ? {} : { description }),
      schema: meant ?? written,
    };
  });
}

/** The JSON Schema of what is sent; parts with an id go into `schemas` and are named. */
function schemaOf(schema: z.ZodType, schemas: Schemas): Json {
  // In a wrapper the schema itself is a part, and is named like one where it has an id.
  const { $defs = {}, properties = {} } = z.toJSONSchema(z.strictObject({ whole: schema.optional() }), {
    io: 'input',
    unrepresentable: 'any',
  });
  for (const [name, definition] of Object.entries($defs)) {
    const { id: _id, ...plain } = relocated(definition) as Record<string, unknown>;
    const known = schemas[name];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(plain)) {
      throw new Error(`two schemas are called ${name}`);
    }
    schemas[name] = plain;
  }
  return relocated(properties['whole']) as Json;
}

/** The ends of what JSON numbers can hold are no rule of ours. */
function isSafeEnd(bound: unknown): boolean {
  return typeof bound === 'number' && Math.abs(bound) === Number.MAX_SAFE_INTEGER;
}

/** References to where an OpenAPI document keeps its schemas. */
function relocated(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^#\/\$defs\//, '#/components/schemas/');
  if (Array.isArray(value)) return value.map(relocated);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, bound]) => !(/^(?:min|max)imum$/.test(key) && isSafeEnd(bound)));
  return Object.fromEntries(kept.map(([key, inner]) => [key, relocated(inner)]));
}

function sorted(schemas: Schemas): Schemas {
  return Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
