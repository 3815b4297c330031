import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import anyTest from 'ava';
import type { TestFn } from 'ava';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { exportSpans } from '../../operations/tracing/otlp.ts';
import { startTracing } from '../../operations/tracing/index.ts';
import type { ApprovalDoc } from '../../schemas/approval.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import { eventually } from '../helpers/eventually.ts';
import { openApi } from './api-world.ts';
import { closeStackWorld, mail, openSampleStack } from './stack-world.ts';
import type { StackWorld } from './stack-world.ts';

interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

const test = anyTest as TestFn<StackWorld & { collector: Collector; own: InMemorySpanExporter }>;

/** A collector as OpenTelemetry's own would be: OTLP over HTTP, in JSON. */
class Collector {
  readonly spans: ReceivedSpan[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      void json(request).then((body) => {
        const { resourceSpans } = body as { resourceSpans: { scopeSpans: { spans: ReceivedSpan[] }[] }[] };
        this.spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

test.before(async (t) => {
  t.timeout(3 * 60_000);
  const collector = new Collector();
  const own = new InMemorySpanExporter();
  exportSpans('test', new SimpleSpanProcessor(own));
  const OTEL_EXPORTER_OTLP_ENDPOINT = await collector.listen();
  const { stack, today } = await openSampleStack(4, ['li'], {
    OTEL_EXPORTER_OTLP_ENDPOINT,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  });
  t.context = { stack, today, api: await openApi(stack.context), collector, own };
});
test.after.always(async (t) => {
  await closeStackWorld(t.context);
  t.context.collector?.close();
});

test('one trace leads from a request to the decision of its workflow and the mail that follows', async (t) => {
  t.timeout(3 * 60_000);
  const { api, stack, collector, own } = t.context;
  const { db } = stack.context;
  const rep = await api.as(mail('li'));
  const { _id: ownerId } = (await db.people.findOne({ email: mail('li') }).lean()) ?? { _id: '' };
  const renewal = await db.renewals.findOne({ phase: 'open', ownerId }).lean<RenewalDoc>();
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const path = `/v1/renewals/${encodeURIComponent(renewal?._id ?? '')}/quotes`;
  const quote = { discountBasisPoints: 1800, reason: 'a secret of the client' };
  const issued = await rep.post(path, quote, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
  t.is(issued.status, 200, JSON.stringify(issued.body));

  const asked = await db.approvals.findOne({ renewalId: renewal?._id ?? '' }).lean<ApprovalDoc>();
  t.truthy(asked);
  const received = () => collector.spans.filter((span) => span.traceId === traceId);
  await eventually(
    'the mail to the approver',
    () => received().some(({ name }) => name === 'deliver'),
    async () => received().map(({ name }) => name),
  );
  const names = received().map(({ name }) => name);
  t.true(names.includes('judge'), names.join());
  t.true(names.includes('requestApproval'), names.join());

  const here = own.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
  const request = here.find(({ name }) => name === 'POST /v1/renewals/:renewalId/quotes');
  const command = here.find(({ name }) => name.startsWith('command '));
  t.is(request?.parentSpanId, '00f067aa0ba902b7');
  t.is(command?.parentSpanId, request?.spanContext().spanId);
  const performed = received().find(({ name }) => name === 'requestApproval');
  t.is(performed?.parentSpanId, command?.spanContext().spanId);
  t.is(received().find(({ name }) => name === 'deliver')?.parentSpanId, performed?.spanId);
  // Neither what was written nor who it is about.
  const told = JSON.stringify([
    collector.spans,
    here.map(({ name, attributes, status }) => [name, attributes, status]),
  ]);
  for (const word of ['secret', '@', renewal?.clientName ?? 'secret']) t.false(told.includes(word), word);
});

test('without the address of a collector nothing is traced', async (t) => {
  t.is(await startTracing({}), undefined);
  t.is(await startTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }), undefined);
  t.is(await startTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' }), undefined);
});
