import { z } from 'zod';
import { excerpt, PerennialError, problem } from './domain/errors/index.ts';
import type { ErrorCode, Problem } from './domain/errors/index.ts';
import { parseKeyRing } from './operations/temporal/key-ring.ts';
import type { KeyRing } from './operations/temporal/key-ring.ts';
import { SEARCH_ATTRIBUTES } from './workflows/search-attributes.ts';

export interface TemporalConfig {
  readonly temporal: {
    /** `host:port`; null where the environment names none and the embedded server is to be used. */
    readonly address: string | null;
    readonly namespace: string;
    /** Client certificate and key for mTLS: PEM text, or the path of a PEM file. */
    readonly tls: { readonly cert: string; readonly key: string } | null;
    readonly apiKey: string | null;
  };
  readonly mongodbUri: string | null;
  readonly mail: {
    /** `smtps://…`, or `smtp://…` (STARTTLS required unless it is this machine); null where the embedded mail catcher is to be used. */
    readonly smtpUrl: string | null;
    /** Domain of the sender's address and of every Message-ID. */
    readonly fromDomain: string;
    /** Mails a second over all workers, kept by the server for the whole task queue. */
    readonly ratePerSecond: number;
  };
  readonly worker: {
    readonly maxCachedWorkflows: number;
    readonly maxConcurrentActivities: number;
    readonly shutdownGraceSeconds: number;
    readonly shutdownForceSeconds: number;
  };
  readonly searchAttributes: typeof SEARCH_ATTRIBUTES;
  /** Null where the ring is kept in the data folder. */
  readonly codecKeys: KeyRing | null;
}

type Environment = Readonly<Record<string, string | undefined>>;
interface Broken {
  readonly code: ErrorCode;
  readonly params: Problem['params'];
}
type Rule = (value: string, name: string) => Broken | null;

const HOST = '(?:\\[[0-9a-fA-F:]+\\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)';
const ADDRESS = new RegExp(`^${HOST}:([0-9]{1,5})$`);
const DOMAIN =
  /^(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

const address: Rule = (value, name) => {
  const port = Number(ADDRESS.exec(value)?.[1]);
  return port >= 1 && port <= 65535 ? null : { code: 'settings.address', params: { name, value: excerpt(value) } };
};

const identifier: Rule = (value, name) =>
  /^[A-Za-z0-9._-]{2,64}$/.test(value) ? null : { code: 'settings.name', params: { name, value: excerpt(value) } };

const mongodbUri: Rule = (value, name) =>
  /^mongodb(?:\+srv)?:\/\/[^\s/]+/.test(value) ? null : { code: 'settings.mongodb_url', params: { name } };

const smtpUrl: Rule = (value, name) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  const known = url !== null && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== '';
  return known && url.search === '' ? null : { code: 'settings.smtp_url', params: { name } };
};

const domain: Rule = (value, name) =>
  DOMAIN.test(value) ? null : { code: 'settings.domain', params: { name, value: excerpt(value) } };

/** Decimal digits only: `1e3`, `0x10` and ` 5 ` are typing errors more often than meant. */
const within =
  (min: number, max: number): Rule =>
  (value, name) =>
    /^\d{1,9}(?:\.\d{1,3})?$/.test(value) && Number(value) >= min && Number(value) <= max
      ? null
      : { code: 'settings.number', params: { name, value: excerpt(value), min, max } };

/** An empty variable counts as not set: that is how shells and compose files unset one. */
function setting(name: string, rule?: Rule) {
  return z
    .string()
    .optional()
    .transform((raw, context): string | null => {
      const value = raw?.trim() ?? '';
      if (value === '') return null;
      const broken = rule?.(value, name) ?? null;
      if (broken !== null) context.addIssue({ code: 'custom', params: { ...broken } });
      return value;
    });
}

const environment = z.object({
  TEMPORAL_ADDRESS: setting('TEMPORAL_ADDRESS', address),
  TEMPORAL_NAMESPACE: setting('TEMPORAL_NAMESPACE', identifier),
  TEMPORAL_TLS_CERT: setting('TEMPORAL_TLS_CERT'),
  TEMPORAL_TLS_KEY: setting('TEMPORAL_TLS_KEY'),
  TEMPORAL_API_KEY: setting('TEMPORAL_API_KEY'),
  MONGODB_URI: setting('MONGODB_URI', mongodbUri),
  SMTP_URL: setting('SMTP_URL', smtpUrl),
  PERENNIAL_MAIL_DOMAIN: setting('PERENNIAL_MAIL_DOMAIN', domain),
  PERENNIAL_MAIL_PER_SECOND: setting('PERENNIAL_MAIL_PER_SECOND', within(0.01, 1000)),
  PERENNIAL_MAX_CACHED_WORKFLOWS: setting('PERENNIAL_MAX_CACHED_WORKFLOWS', within(1, 100_000)),
  PERENNIAL_MAX_ACTIVITIES: setting('PERENNIAL_MAX_ACTIVITIES', within(1, 1000)),
  PERENNIAL_SHUTDOWN_GRACE_SECONDS: setting('PERENNIAL_SHUTDOWN_GRACE_SECONDS', within(0, 600)),
  PERENNIAL_SHUTDOWN_FORCE_SECONDS: setting('PERENNIAL_SHUTDOWN_FORCE_SECONDS', within(1, 900)),
  PERENNIAL_CODEC_KEYS: setting('PERENNIAL_CODEC_KEYS'),
});

/**
 * The settings that an environment means, checked and frozen. Reads nothing else: no files, no network.
 * Embedded services are laid over the environment: `temporalConfig({ ...env, TEMPORAL_ADDRESS: started.address })`.
 * Throws {@link PerennialError} with every bad setting at once, each with the variable as its place.
 */
export function temporalConfig(env: Environment): TemporalConfig {
  const parsed = environment.safeParse(env);
  const problems: Problem[] = parsed.success ? [] : parsed.error.issues.map(toProblem);
  const ring = env['PERENNIAL_CODEC_KEYS']?.trim()
    ? parseKeyRing(env['PERENNIAL_CODEC_KEYS'], 'PERENNIAL_CODEC_KEYS')
    : null;
  if (ring !== null && 'problems' in ring) problems.push(...ring.problems);
  const cert = env['TEMPORAL_TLS_CERT']?.trim() ? 'TEMPORAL_TLS_CERT' : null;
  const key = env['TEMPORAL_TLS_KEY']?.trim() ? 'TEMPORAL_TLS_KEY' : null;
  if ((cert === null) !== (key === null)) {
    const name = cert ?? 'TEMPORAL_TLS_KEY';
    const other = cert === null ? 'TEMPORAL_TLS_CERT' : 'TEMPORAL_TLS_KEY';
    problems.push(problem('settings.pair', { name, other }, { field: name }));
  }
  if (!parsed.success || problems.length > 0) throw new PerennialError(problems);

  const s = parsed.data;
  const number = (value: string | null, fallback: number) => (value === null ? fallback : Number(value));
  return deepFreeze({
    temporal: {
      address: s.TEMPORAL_ADDRESS,
      namespace: s.TEMPORAL_NAMESPACE ?? 'default',
      tls:
        s.TEMPORAL_TLS_CERT !== null && s.TEMPORAL_TLS_KEY !== null
          ? { cert: s.TEMPORAL_TLS_CERT, key: s.TEMPORAL_TLS_KEY }
          : null,
      apiKey: s.TEMPORAL_API_KEY,
    },
    mongodbUri: s.MONGODB_URI,
    mail: {
      smtpUrl: s.SMTP_URL,
      fromDomain: s.PERENNIAL_MAIL_DOMAIN ?? 'perennial.localhost',
      ratePerSecond: number(s.PERENNIAL_MAIL_PER_SECOND, 10),
    },
    worker: {
      // The SDK's default follows the heap and takes gigabytes; sleeping renewals need no cache.
      maxCachedWorkflows: number(s.PERENNIAL_MAX_CACHED_WORKFLOWS, 300),
      maxConcurrentActivities: number(s.PERENNIAL_MAX_ACTIVITIES, 20),
      shutdownGraceSeconds: number(s.PERENNIAL_SHUTDOWN_GRACE_SECONDS, 10),
      shutdownForceSeconds: number(s.PERENNIAL_SHUTDOWN_FORCE_SECONDS, 30),
    },
    searchAttributes: SEARCH_ATTRIBUTES,
    codecKeys: ring === null ? null : 'ring' in ring ? ring.ring : null,
  });
}

const issueParams = z.object({
  code: z.custom<ErrorCode>((value) => typeof value === 'string'),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});

function toProblem(issue: z.core.$ZodIssue): Problem {
  const field = issue.path.join('.');
  const params = issueParams.safeParse('params' in issue ? issue.params : undefined);
  return params.success
    ? problem(params.data.code, params.data.params, { field })
    : problem('settings.required', { name: field }, { field });
}

/** Plain records only: keys and search-attribute keys are objects of others. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
