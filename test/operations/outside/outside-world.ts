import type { ExecutionContext } from 'ava';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { allowanceOf } from '../../../operations/outside/allowance.ts';
import type { Allowance } from '../../../operations/outside/allowance.ts';

export interface Taken {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Sink {
  readonly url: string;
  readonly port: number;
  /** What came in, whole. */
  readonly taken: Taken[];
  /** Connections that were made, also those over which nothing came. */
  connections: number;
  /** Answers from now on. */
  answer: (taken: Taken, response: ServerResponse) => void;
}

/** A server on this machine to which facts are sent. It answers 204 until it is told otherwise. */
export async function openSink(t: ExecutionContext): Promise<Sink> {
  const listen: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const taken = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      sink.taken.push(taken);
      sink.answer(taken, response);
    });
  };
  const server = createServer(listen);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const sink: Sink = {
    url: `http://127.0.0.1:${port}/in`,
    port,
    taken: [],
    connections: 0,
    answer: (_taken, response) => void response.writeHead(204).end(),
  };
  server.on('connection', () => (sink.connections += 1));
  t.teardown(
    () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  );
  return sink;
}

/** This machine may be called; nothing else that strangers could not. */
export const OWN_MACHINE: Allowance = allowing('127.0.0.1');

export function allowing(text: string): Allowance {
  const allowance = allowanceOf(text);
  if ('severity' in allowance) throw new Error(allowance.code);
  return allowance;
}
