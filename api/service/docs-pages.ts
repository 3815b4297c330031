import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ErrorCode } from '../../domain/errors/index.ts';
import { ERROR_TABLE } from '../../domain/errors/index.ts';
import type { BoundRoute } from '../call.ts';
import { openApiDocument } from '../openapi.ts';
import { statusOf } from '../problem.ts';

/** Swagger UI needs its own scripts, styles that it writes itself, and to ask this server; nothing from elsewhere. */
const PAGE_SECURITY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The files of Swagger UI that the page uses; the package brings more, which nobody gets. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Perennial API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;

/** The session's cookie goes along by itself, so the page works for whoever is signed in. */
const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

/** Paths of the documentation, for the answer to a wrong method. */
export const DOCS_PATHS: readonly string[] = [
  '/openapi.json',
  '/docs',
  '/docs/errors',
  '/docs/start.js',
  ...Object.keys(ASSETS).map((file) => `/docs/${file}`),
];

/** The OpenAPI document, its pages, and the page that the `type` of every error leads to. All of it works offline. */
export function docsPages(app: FastifyInstance, routes: readonly BoundRoute[]): void {
  const document = JSON.stringify(openApiDocument(routes.map(({ contract }) => contract)));
  const folder = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static');
  const page = (reply: FastifyReply, type: string) =>
    reply.header('content-security-policy', PAGE_SECURITY).header('cache-control', 'no-cache').type(type);
  const html = 'text/html; charset=utf-8';

  app.get('/openapi.json', (_request, reply) => page(reply, 'application/json; charset=utf-8').send(document));
  app.get('/docs', (_request, reply) => page(reply, html).send(PAGE));
  app.get('/docs/start.js', (_request, reply) => page(reply, 'text/javascript; charset=utf-8').send(START));
  app.get('/docs/errors', (_request, reply) => page(reply, html).send(errorsPage()));
  for (const [file, type] of Object.entries(ASSETS)) {
    app.get(`/docs/${file}`, async (_request, reply) => page(reply, type).send(await readFile(join(folder, file))));
  }
}

function errorsPage(): string {
  const codes = (Object.keys(ERROR_TABLE) as ErrorCode[]).toSorted();
  const sections = codes.map((code) => {
    const { what, fix } = ERROR_TABLE[code];
    const lines = [what.en, fix.en, what['zh-CN'], fix['zh-CN']].map(escaped);
    return `<h2 id="${escaped(code)}">${escaped(code)}</h2>\n<p>${statusOf(code)}\n<p lang="en">${lines[0]}<br>→ ${lines[1]}\n<p lang="zh-CN">${lines[2]}<br>→ ${lines[3]}`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Perennial: errors · 错误代码</title>
<h1>Errors · 错误代码</h1>
${sections.join('\n')}
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
