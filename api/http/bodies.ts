import type { FastifyInstance } from 'fastify';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { BODY_TYPES } from '../contract.ts';
import type { BodyType } from '../contract.ts';
import { parseStrictJson } from '../json/strict-json.ts';

const JSON_TYPE = 'application/json';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route wants the bytes as they came. */
    rawBody?: boolean;
    /** Types of bodies that it takes besides JSON, as bytes. */
    accepts?: readonly BodyType[];
  }
}
/** JSON is UTF-8; another charset would be read as something that it is not. */
const PLAIN = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?;?\s*$/i;

/** Bodies are JSON in UTF-8, plain; another type is refused, so that a form of another site can never be one. */
export function bodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(JSON_TYPE, { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      const { 'content-encoding': encoding, 'content-type': type = '' } = request.headers;
      if (encoding !== undefined) throw refused(encoding);
      if (!PLAIN.test(type)) throw refused(type);
      if (request.routeOptions.config.rawBody === true) done(null, body);
      else done(null, body.length === 0 ? undefined : readJson(body));
    } catch (error) {
      done(error as Error);
    }
  });
  for (const type of BODY_TYPES) {
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body: Buffer, done) => {
      const { 'content-encoding': encoding, 'content-type': given = '' } = request.headers;
      const taken = request.routeOptions.config.accepts?.includes(type) === true && encoding === undefined;
      if (taken) done(null, body);
      else done(refused(encoding ?? given));
    });
  }
  app.addContentTypeParser('*', (request, _payload, done) => {
    done(refused(request.headers['content-type'] ?? ''));
  });
}

/** Strict JSON of bytes in UTF-8. Throws `json.…`. */
export function readJson(body: Buffer): unknown {
  return parseStrictJson(decode(body));
}

function refused(found: string): PerennialError {
  return PerennialError.of('body.media_type', { found: excerpt(found), known: JSON_TYPE });
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body);
  } catch {
    throw PerennialError.of('json.syntax', { found: 'UTF-8' });
  }
}
