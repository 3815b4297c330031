import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

import type { Tracing } from './index.ts';

const STOP_MS = 3000;

/**
 * Registers a provider for the whole process. Address, headers, sampler and limits are read from the standard `OTEL_…`
 * variables by the SDK.
 */
export function exportSpans(serviceName: string, processor: SpanProcessor = toCollector()): Tracing {
  const provider = new NodeTracerProvider({
    resource: Resource.default().merge(new Resource({ 'service.name': serviceName })),
    spanProcessors: [processor],
  });
  // Sets the context manager and the W3C headers as well.
  provider.register();
  return {
    async stop() {
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, STOP_MS).unref();
      });
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
    },
  };
}

function toCollector(): SpanProcessor {
  return new BatchSpanProcessor(new OTLPTraceExporter());
}
