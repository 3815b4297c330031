import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { PerennialError } from '../../domain/errors/index.ts';
import { problemDocument } from '../problem.ts';

export const MAX_HEADER_BYTES = 16 * 1024;

/** What Node's own parser refuses never becomes a request: the answer is written onto the socket, in English. */
export function clientErrorHandler(requestMs: number): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const document = problemDocument(toTold(error.code, requestMs), 'en', newRequestId());
    const body = JSON.stringify(document);
    const head = [
      `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status] ?? ''}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `Request-Id: ${document.requestId}`,
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      // Nobody knows where the next request would begin.
      'Connection: close',
    ];
    if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    socket.destroySoon();
  };
}

function toTold(code: string | undefined, requestMs: number): PerennialError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return PerennialError.of('request.slow', { seconds: Math.ceil(requestMs / 1000) });
    case 'HPE_HEADER_OVERFLOW':
      return PerennialError.of('request.headers_large', { max: MAX_HEADER_BYTES });
    default:
      return PerennialError.of('request.malformed');
  }
}

export function newRequestId(): string {
  return `req_${randomBytes(9).toString('base64url')}`;
}
