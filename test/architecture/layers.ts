import type { Import } from './source-tree.ts';

/** What the files of one folder may import, and why not more. The linter refuses the same while one types. */
export interface Layer {
  /** A folder with `/`, or one file. */
  readonly of: string;
  /** Our own: a folder with `/`, a file, or a pattern. The folder itself is always allowed. */
  readonly ours: readonly (string | RegExp)[];
  /** Our own as types only. */
  readonly types?: readonly string[];
  /** Packages, by name; `node:*` stands for all of Node. */
  readonly packages: readonly string[];
  readonly reason: string;
}

/** What others may know of a workflow: ids, types and names of its messages. */
const MESSAGES = /^workflows\/[^/]+\/messages\.ts$/;

export const LAYERS: readonly Layer[] = [
  {
    of: 'domain/',
    ours: [],
    packages: ['yaml', '@marcbachmann/cel-js', '@casl/ability'],
    reason: 'The core is pure, so that the same call gives the same answer in a worker, a preview and an audit.',
  },
  {
    of: 'i18n/',
    ours: ['domain/'],
    packages: ['i18next'],
    reason: 'Texts are made from data of the core.',
  },
  {
    of: 'mail/',
    ours: ['domain/'],
    packages: ['ical-generator', 'liquidjs', 'mailparser', 'markdown-it', 'yaml', 'zod', 'node:*'],
    reason:
      'A mail is rendered from data and read from bytes, without a transport: preview and delivery give the same text.',
  },
  {
    of: 'schemas/',
    ours: [],
    types: ['domain/'],
    packages: ['mongoose', 'node:crypto'],
    reason: 'Collections know nothing of who reads them.',
  },
  {
    of: 'workflows/',
    ours: ['domain/'],
    types: ['activities/'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    reason: 'Workflow code is replayed in a sandbox; what reads the world is an activity, whose result is recorded.',
  },
  {
    of: 'activities/',
    ours: ['domain/', 'schemas/', 'mail/', MESSAGES, 'workflows/task-queues.ts', 'workflows/search-attributes.ts'],
    packages: [
      '@opentelemetry/api',
      '@temporalio/activity',
      '@temporalio/client',
      '@temporalio/common',
      'mongoose',
      'nodemailer',
      'node:*',
    ],
    reason:
      'What an activity needs from outside is handed to it (activities/deps.ts); it knows workflows by their messages.',
  },
  {
    of: 'operations/',
    ours: [
      'domain/',
      'schemas/',
      'mail/',
      'playbooks/',
      MESSAGES,
      'workflows/task-queues.ts',
      'workflows/search-attributes.ts',
      'workflows/clock.ts',
      'activities/outreach/index.ts',
      'activities/history/index.ts',
      'embedded/make-folder.ts',
      'embedded/services-file.ts',
      'temporal.config.ts',
    ],
    packages: [
      '@opentelemetry/api',
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace-base',
      '@opentelemetry/sdk-trace-node',
      '@node-rs/argon2',
      '@temporalio/client',
      '@temporalio/common',
      '@temporalio/proto',
      'mongoose',
      'chinese-days',
      'csv-parse',
      'csv-stringify',
      'date-holidays',
      'fflate',
      'openid-client',
      'read-excel-file',
      'standardwebhooks',
      'temporal-polyfill',
      'write-excel-file',
      'yaml',
      'zod',
      'node:*',
    ],
    reason: 'Operations serve every edge alike: they know no terminal, and of the engine its messages and its ledger.',
  },
  {
    of: 'playbooks/',
    ours: ['domain/', 'operations/calendars/'],
    packages: ['node:*'],
    reason: 'Playbooks are data.',
  },
  {
    of: 'embedded/',
    ours: ['domain/errors/'],
    packages: [
      '@temporalio/client',
      '@temporalio/common',
      'fflate',
      'mailparser',
      'mongodb-memory-server-core',
      'mongoose',
      'smtp-server',
      'node:*',
    ],
    reason: 'Services must come up and be stopped whatever state the product is in.',
  },
  {
    of: 'workers/',
    ours: [
      'activities/',
      'domain/',
      'i18n/',
      'mail/',
      'operations/',
      'playbooks/',
      'schemas/',
      'workflows/',
      'embedded/services-file.ts',
      'temporal.config.ts',
    ],
    packages: [
      '@opentelemetry/api',
      '@temporalio/worker',
      '@temporalio/client',
      '@temporalio/common',
      '@temporalio/activity',
      'pino',
      'node:*',
    ],
    reason: 'The worker puts the parts together; it runs without a terminal beside it.',
  },
  {
    of: 'api/',
    ours: ['operations/', 'domain/', 'i18n/', 'embedded/supervisor/port-book.ts', 'embedded/supervisor/service-log.ts'],
    types: ['schemas/'],
    packages: [
      '@opentelemetry/api',
      '@fastify/cookie',
      '@fastify/helmet',
      '@fastify/rate-limit',
      '@fastify/sse',
      '@fastify/swagger-ui',
      'fastify',
      'pino',
      'prom-client',
      'zod',
      'node:*',
    ],
    reason: 'An edge reaches database and engine through operations; what the engine does is done by the worker.',
  },
  {
    of: 'cli/',
    ours: ['operations/', 'domain/', 'i18n/', 'embedded/', 'playbooks/', 'workers/', 'api/', 'temporal.config.ts'],
    types: ['schemas/'],
    packages: ['@clack/prompts', 'cli-progress', 'cli-table3', 'commander', 'picocolors', 'node:*'],
    reason: 'An edge reaches database and engine through operations, like the API.',
  },
  {
    of: 'temporal.config.ts',
    ours: ['domain/', 'operations/temporal/key-ring.ts', 'workflows/search-attributes.ts'],
    packages: ['@temporalio/common', 'zod'],
    reason: 'Settings have no effect when they are imported.',
  },
  {
    of: 'docs/',
    ours: ['domain/', 'schemas/', 'i18n/', 'cli/', 'api/'],
    packages: ['prettier', 'node:*'],
    reason: 'Pages are generated from what the product is made of, without running it.',
  },
];

export function layerOf(path: string): Layer | undefined {
  return LAYERS.find(({ of }) => (of.endsWith('/') ? path.startsWith(of) : path === of));
}

export function mayImport(layer: Layer, { to, ours, types }: Import): boolean {
  if (!ours) return layer.packages.some((name) => to === name || to.startsWith(`${name}/`) || isNode(name, to));
  const allowed = [layer.of, ...layer.ours, ...(types ? (layer.types ?? []) : [])];
  return allowed.some((place) =>
    typeof place === 'string' ? to === place || (place.endsWith('/') && to.startsWith(place)) : place.test(to),
  );
}

function isNode(name: string, to: string): boolean {
  return name === 'node:*' && to.startsWith('node:');
}
