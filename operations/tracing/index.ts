export interface Tracing {
  /** Sends what is left. Never throws: a collector that is away must not keep the product from stopping. */
  stop(): Promise<void>;
}

/** Any of these, and spans leave; they are the variables that OpenTelemetry itself has. */
const WANTED_BY = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const;

/**
 * Sends the spans of this process to an OpenTelemetry collector, where the environment names one (OTLP over HTTP).
 * Without an address nothing is started nor loaded, and the spans all over the code cost nothing.
 */
export async function startTracing(env: Readonly<Record<string, string | undefined>>): Promise<Tracing | undefined> {
  const isSet = (name: string) => (env[name] ?? '').trim() !== '';
  if (!WANTED_BY.some(isSet) || env['OTEL_SDK_DISABLED'] === 'true') return undefined;
  const { exportSpans } = await import('./otlp.ts');
  return exportSpans(env['OTEL_SERVICE_NAME']?.trim() || 'perennial');
}
