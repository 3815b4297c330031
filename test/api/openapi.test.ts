import test from 'ava';
import { ROUTES } from '../../api/routes/index.ts';
import { openApiDocument } from '../../api/openapi.ts';
import { ERROR_TABLE } from '../../domain/errors/index.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly 'x-summary-zh': string;
  readonly security: readonly object[];
  readonly parameters?: readonly { readonly $ref?: string; readonly name?: string; readonly in?: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly responses: Readonly<Record<string, { readonly 'x-codes': readonly string[] }>>;
  };
}

const contracts = ROUTES.map(({ contract }) => contract);
const document = openApiDocument(contracts) as unknown as Document;
const operationOf = (path: string, method: string) =>
  document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];

test('every route is in the document, under its name, in both languages, and nothing else is', (t) => {
  t.is(document.openapi, '3.1.0');
  const ids = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  t.deepEqual(ids.toSorted(), contracts.map(({ id }) => id).toSorted());
  for (const { id, method, path, summary, access } of contracts) {
    const operation = operationOf(path, method);
    t.is(operation?.operationId, id);
    t.is(operation?.summary, summary.en);
    t.regex(operation?.['x-summary-zh'] ?? '', /\p{Script=Han}/u, id);
    t.is(operation?.security.length, access === 'public' ? 0 : 2, id);
  }
});

test('every reference leads to a component, and every component is used', (t) => {
  const text = JSON.stringify(document);
  const references = new Set([...text.matchAll(/"\$ref":"(#[^"]+)"/g)].map(([, reference = '']) => reference));
  for (const reference of references) {
    const found = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((at, step) => (at as Readonly<Record<string, unknown>> | undefined)?.[step], document);
    t.truthy(found, reference);
  }
  for (const name of Object.keys(document.components.schemas))
    t.true(references.has(`#/components/schemas/${name}`), name);
  t.false(text.includes('x-query'), 'what a query means has taken the place of how it is written');
  t.false(text.includes('$defs'));
});

test('parameters of a path, the key of a request and the version of a record are named where they are needed', (t) => {
  for (const { id, method, path, access, once, ifMatch } of contracts) {
    const parameters = operationOf(path, method)?.parameters ?? [];
    const inPath = parameters.filter((one) => one.in === 'path').map(({ name }) => name ?? '');
    t.deepEqual(inPath.toSorted(), [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name).toSorted(), id);
    const refers = (name: string) => parameters.some(({ $ref }) => $ref === `#/components/parameters/${name}`);
    t.is(refers('IdempotencyKey'), method === 'POST' && once !== false && access !== 'public', id);
    t.is(refers('IfMatch'), ifMatch === true, id);
  }
});

test('every status names codes that exist, and no code of the HTTP side is left out', (t) => {
  const named = Object.values(document.components.responses).flatMap((response) => [...response['x-codes']]);
  for (const code of named) t.true(Object.hasOwn(ERROR_TABLE, code), code);
  const missing = Object.keys(ERROR_TABLE).filter(
    (code) => /^(json|body|idempotency|precondition|access|request)\./.test(code) && !named.includes(code),
  );
  t.deepEqual(missing, []);
});

test('two schemas under one name are a mistake that is found', (t) => {
  const [first] = contracts;
  if (first === undefined) throw new Error('no route');
  t.notThrows(() => openApiDocument([first, first]));
});
