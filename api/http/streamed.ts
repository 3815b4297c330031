import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { PerennialError } from '../../domain/errors/index.ts';
import type { BoundRoute, Call, SignedCall } from '../call.ts';
import type { RouteContract } from '../contract.ts';

/** An answer that is sent while it is made: a file, or events as they happen. */
export class Streamed {
  readonly body: Readable;
  readonly headers: Readonly<Record<string, string>>;

  constructor(body: Readable, headers: Readonly<Record<string, string>>) {
    this.body = body;
    this.headers = headers;
  }
}

/** Answers somebody who is signed in with a stream, of the type that the contract says it produces. */
export function bindStream<C extends RouteContract>(
  contract: C,
  handler: (call: SignedCall<C>) => Promise<Streamed>,
): BoundRoute {
  if (contract.produces === undefined) throw new Error(`${contract.id} does not say what it produces`);
  return {
    contract,
    handle: async (call, principal) => {
      if (principal === undefined) throw PerennialError.of('access.unauthenticated');
      return handler({ ...(call as unknown as Call<C>), principal });
    },
  };
}

export function sendStreamed(reply: FastifyReply, answer: unknown): FastifyReply {
  if (!(answer instanceof Streamed)) throw new Error('a streamed route gave something else than a stream');
  return reply.headers({ ...answer.headers }).send(answer.body);
}
