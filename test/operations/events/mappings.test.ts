import test from 'ava';
import fc from 'fast-check';
import { checkEvent } from '../../../api/check-event.ts';
import { PerennialError } from '../../../domain/errors/index.ts';
import { instant, toMs } from '../../../domain/time/index.ts';
import { applyMapping } from '../../../operations/events/mapping/apply.ts';
import { readMapping } from '../../../operations/events/mapping/language.ts';
import { mappingOf, SHIPPED_MAPPINGS } from '../../../operations/events/mapping/shipped.ts';

const NOW = instant('2027-03-01T08:00:00.000Z');

/** `type subject data` of what comes out, or the code of what keeps it from coming out. */
function mapped(mapping: string, payload: unknown, text: string | null = null): readonly string[] {
  const input = { payload, source: 'src_1', delivery: 'msg_1', now: NOW, check: checkEvent };
  return applyMapping(mappingOf({ mapping, mappingText: text }), input).map(({ eventId, result }) => {
    if ('ignored' in result) return `ignored ${eventId}`;
    if ('faults' in result) return result.faults.map(({ code, place }) => `${code} ${place?.field ?? ''}`).join();
    const { type, occurredAt, subject, data } = result.event;
    return `${type} ${occurredAt} ${JSON.stringify(subject)} ${JSON.stringify(data)}`;
  });
}

test('HubSpot: a list of changes, each with its own id and time', (t) => {
  const change = {
    objectId: 4500,
    propertyName: 'dealstage',
    propertyValue: 'closedwon',
    changeSource: 'CRM_UI',
    eventId: 802835955,
    subscriptionId: 92894,
    portalId: 5799819,
    appId: 186886,
    occurredAt: 1556094637139,
    subscriptionType: 'deal.propertyChange',
    attemptNumber: 0,
  };
  const end = { ...change, eventId: 2, propertyName: 'perennial_contract_end', propertyValue: '1814313600000' };
  t.deepEqual(mapped('hubspot', [change, { ...change, propertyName: 'amount' }, end]), [
    'contract.signed 2019-04-24T08:30:37.139Z {"reference":"deal/4500"} {"note":"HubSpot closedwon"}',
    'ignored 5799819/92894/802835955/4500/1556094637139',
    'contract.dates_changed 2019-04-24T08:30:37.139Z {"reference":"deal/4500"} {"endDate":"2027-06-30"}',
  ]);
});

test('Salesforce: one change event of several records, told apart by enriched fields or by record', (t) => {
  // The published example of an enriched change event, with fields of an opportunity.
  const event = (entityName: string, fields: object, recordIds = ['001RM000005a9tGYAQ']) => ({
    data: {
      schema: 'WsFvMM5T4XghRnIzNnyzBw',
      payload: {
        LastModifiedDate: '2022-05-11T16:20:59.000Z',
        ...fields,
        ChangeEventHeader: {
          commitNumber: 166350908085,
          commitUser: '005RM0000026DG5YAM',
          sequenceNumber: 1,
          entityName,
          changeType: 'UPDATE',
          changedFields: ['Fax', 'LastModifiedDate'],
          changeOrigin: 'com/salesforce/api/soap/55.0;client=SfdcInternalAPI/',
          transactionKey: '000f07d5-d33e-8607-991e-ad2c1fda0750',
          commitTimestamp: 1652286060000,
          recordIds,
        },
      },
      event: { replayId: 32859 },
    },
    channel: '/data/SalesEvents__chn',
  });
  t.deepEqual(mapped('salesforce', event('Opportunity', { StageName: 'Closed Won' }, ['006A', '006B'])), [
    'contract.signed 2022-05-11T16:21:00.000Z {"reference":"Opportunity/006A"} {"note":"Salesforce Closed Won"}',
    'contract.signed 2022-05-11T16:21:00.000Z {"reference":"Opportunity/006B"} {"note":"Salesforce Closed Won"}',
  ]);
  t.deepEqual(mapped('salesforce', event('Contract', { EndDate: '2027-06-30', Perennial_Contract__c: 'HT-1' })), [
    'contract.dates_changed 2022-05-11T16:21:00.000Z {"contractNumber":"HT-1"} {"endDate":"2027-06-30"}',
  ]);
  t.deepEqual(mapped('salesforce', event('Account', { Fax: '4155551212' })), [
    'ignored 000f07d5-d33e-8607-991e-ad2c1fda0750/1/001RM000005a9tGYAQ',
  ]);
});

test('Zoho: the values that changed, record by record', (t) => {
  const payload = {
    server_time: 1750102639787,
    affected_values: [
      { record_id: '5725767000003000010', values: { Stage: 'Negotiation' } },
      { record_id: '5725767000003000020', values: { Stage: 'Closed Won' } },
    ],
    query_params: {},
    module: 'Deals',
    resource_uri: 'https://www.zohoapis.com/crm/v8/Deals',
    ids: ['5725767000003000010', '5725767000003000020'],
    affected_fields: [],
    operation: 'update',
    channel_id: '1000000068001',
    token: 'x',
  };
  t.deepEqual(mapped('zoho', payload), [
    'ignored 1000000068001/Deals/update/5725767000003000010/1750102639787',
    'contract.signed 2025-06-16T19:37:19.787Z {"reference":"Deals/5725767000003000020"} {"note":"Zoho Closed Won"}',
  ]);
});

test('Fxiaoke: a record that a custom function posts, amounts as people write them', (t) => {
  const record = (fields: object) => ({
    data: {
      object_data: {
        dataObjectApiName: 'PaymentObj',
        _id: '68c22764039a5500071d218d',
        last_modified_time: toMs(NOW),
        ...fields,
      },
    },
  });
  const paid = { perennial_contract__c: 'HT-1', perennial_amount__c: '1.2万', perennial_received_on__c: '2027-03-01' };
  t.deepEqual(mapped('fxiaoke', record(paid)), [
    'payment.received 2027-03-01T08:00:00.000Z {"contractNumber":"HT-1"} {"amount":{"minor":1200000,"currency":"CNY"},"receivedOn":"2027-03-01","receipt":"68c22764039a5500071d218d"}',
  ]);
  t.deepEqual(mapped('fxiaoke', record({ ...paid, perennial_amount__c: '3k' })), ['money.short ']);
  t.deepEqual(mapped('fxiaoke', record({ ...paid, perennial_received_on__c: undefined })), ['mapping.absent ']);
});

const own = (rule: string) => `mapping: own\nversion: 1\nname: { en: Own, zh-CN: 自有 }\nrules:\n  - ${rule}`;

test('a table names values, a default stands for what is missing, and only own keys are seen', (t) => {
  const rule = own(
    'event: health.scored\n    subject: [contractNumber: { path: no }]\n    data: { score: { path: nps, table: { good: 90, bad: 10 }, default: 50 } }',
  );
  const score = (nps: unknown) => mapped('custom', { no: 'C-1', nps }, rule)[0]?.slice(-13);
  t.deepEqual(['good', 'bad', 'odd', undefined].map(score), [
    ' {"score":90}',
    ' {"score":10}',
    ' {"score":50}',
    ' {"score":50}',
  ]);
  const reach = own('event: notice.given\n    subject: [contractNumber: { path: constructor.name }]');
  t.deepEqual(mapped('custom', {}, reach), ['mapping.absent ']);
});

test('every shipped mapping can be read, and no payload makes one of them fall over', (t) => {
  const texts = SHIPPED_MAPPINGS.map((id) => mappingOf({ mapping: id, mappingText: null }));
  t.deepEqual(
    texts.map(({ mapping }) => mapping),
    [...SHIPPED_MAPPINGS],
  );
  fc.assert(
    fc.property(fc.constantFrom(...SHIPPED_MAPPINGS), fc.jsonValue(), (mapping, payload) => {
      mapped(mapping, payload);
    }),
    { numRuns: 300 },
  );
});

test('a mapping that is none is refused with the place of its fault', (t) => {
  const fields = (text: string) => {
    const error = t.throws(() => readMapping(text), { instanceOf: PerennialError });
    return error?.problems.map(({ place }) => place?.field ?? `line ${place?.line}`);
  };
  t.deepEqual(fields(own('event: weather.changed\n    subject: [contractNumber: { const: x }]')), ['rules.0.event']);
  t.deepEqual(fields(own('event: notice.given\n    subject: []')), ['rules.0.subject']);
  t.deepEqual(fields('mapping: [\n'), ['line 2']);
  t.true((fields('{}')?.length ?? 0) > 2);
});
