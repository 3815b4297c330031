import { withServices } from '../../operations/context.ts';
import { newKey } from '../../operations/temporal/key-ring.ts';
import { readServices } from '../../embedded/services-file.ts';
import type { CommandSpec } from '../command-spec.ts';

/** Every variable the product reads. */
export const VARIABLES = [
  'PERENNIAL_DATA',
  'PERENNIAL_LANG',
  'PERENNIAL_AS',
  'PERENNIAL_SERVER',
  'PERENNIAL_TOKEN',
  'PERENNIAL_TOKEN_FILE',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_TLS_CERT',
  'TEMPORAL_TLS_KEY',
  'TEMPORAL_API_KEY',
  'MONGODB_URI',
  'SMTP_URL',
  'PERENNIAL_MAIL_DOMAIN',
  'PERENNIAL_MAIL_PER_SECOND',
  'PERENNIAL_MAX_CACHED_WORKFLOWS',
  'PERENNIAL_MAX_ACTIVITIES',
  'PERENNIAL_SHUTDOWN_GRACE_SECONDS',
  'PERENNIAL_SHUTDOWN_FORCE_SECONDS',
  'PERENNIAL_CODEC_KEYS',
  'PERENNIAL_CACHE',
  'PERENNIAL_OFFLINE',
  'PERENNIAL_NAMESPACE',
  'PERENNIAL_TEMPORAL_BIN',
  'PERENNIAL_TEMPORAL_PORT',
  'PERENNIAL_TEMPORAL_UI_PORT',
  'PERENNIAL_MONGOD_BIN',
  'PERENNIAL_MONGO_PORT',
  'PERENNIAL_SMTP_PORT',
  'PERENNIAL_HTTP',
  'PERENNIAL_PUBLIC_URL',
  'PERENNIAL_TRUSTED_PROXIES',
  'PERENNIAL_RATE',
  'PERENNIAL_OUTSIDE_ALLOW',
  'PERENNIAL_WITNESS_FOLDER',
  'PERENNIAL_OIDC_ISSUER',
  'PERENNIAL_OIDC_CLIENT_ID',
  'PERENNIAL_OIDC_CLIENT_SECRET',
  'PERENNIAL_DEBUG',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_SERVICE_NAME',
  'OTEL_SDK_DISABLED',
] as const;

const SECRET = new Set<string>([
  'PERENNIAL_TOKEN',
  'TEMPORAL_TLS_KEY',
  'TEMPORAL_API_KEY',
  'PERENNIAL_CODEC_KEYS',
  'PERENNIAL_OIDC_CLIENT_SECRET',
]);

export interface Setting {
  readonly name: string;
  readonly value: string | null;
  /** `environment`, `services` (started by `perennial up`), `default`. */
  readonly source: 'environment' | 'services' | 'default';
}

export const commands: readonly CommandSpec[] = [
  { path: 'config' },
  {
    path: 'config show',
    where: 'machine',
    async run(run) {
      const settings = settingsOf(run.io.env, run.options.dataDir);
      run.print({ items: settings }, () =>
        run.table(
          [
            { title: run.t('cli:col.setting') },
            { title: run.t('cli:col.value'), flexible: true, min: 20 },
            { title: run.t('cli:col.source') },
          ],
          settings.map((setting) => [
            setting.name,
            setting.value ?? '–',
            { text: run.t.code('cli', `source.${setting.source}`), paint: run.style.dim },
          ]),
        ),
      );
    },
  },
  {
    path: 'config new-key',
    where: 'machine',
    async run(run) {
      run.print({ key: newKey() }, ({ key }) => key, true);
      run.say(run.t('cli:config.new_key'));
    },
  },
];

/** The settings in force, secrets masked. */
export function settingsOf(env: Readonly<Record<string, string | undefined>>, dataDir: string): readonly Setting[] {
  const laid = withServices(env, readServices(dataDir));
  return VARIABLES.map((name): Setting => {
    const own = env[name]?.trim() || undefined;
    const value = own ?? laid[name] ?? (name === 'PERENNIAL_DATA' ? dataDir : undefined);
    const source = own !== undefined ? 'environment' : laid[name] !== undefined ? 'services' : 'default';
    return { name, value: value === undefined ? null : masked(name, value), source };
  });
}

/** Keys are hidden whole; of an address only its password. */
function masked(name: string, value: string): string {
  if (SECRET.has(name)) return '••••••••';
  return value.replaceAll(/(\/\/[^:/@\s]*):[^@/\s]*@/g, '$1:••••@');
}
