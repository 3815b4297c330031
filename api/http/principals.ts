import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../operations/accounts/principal.ts';

/** Who makes each request that is under way. */
export const principals = new WeakMap<FastifyRequest, Principal>();
