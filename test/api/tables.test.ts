import anyTest from 'ava';
import type { TestFn } from 'ava';
import { EXPORT_COLUMNS } from '../../operations/export/index.ts';
import { contractRows } from '../../operations/export/contract-rows.ts';
import { translator } from '../../i18n/index.ts';
import type { AuditDoc } from '../../schemas/audit.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import { withMongo } from '../activities/store-world.ts';
import type { MongoContext } from '../activities/store-world.ts';
import { codeOf, itemsOf, of, recordsWorld } from './records-world.ts';

const test = anyTest as TestFn<MongoContext>;
withMongo(test);

const PATH = '/v1/tables/contracts';

test('a table of contracts has what its reader may see, in the columns of an import, runs nothing, and is in the audit log', async (t) => {
  const world = await recordsWorld(t);
  const { db } = world;
  const client = await db.clients.findOne({ _id: 'cli_1' }).lean<ClientDoc>();
  const contract = await db.contracts.findOne({ _id: 'ctr_1' }).lean<ContractDoc>();
  if (client === null || contract === null) throw new Error('no world');
  const name = '=HYPERLINK("x")';
  await db.clients.insertMany([{ ...client, _id: 'cli_2', name, nameKey: 'x', ownerId: 'zhou', contacts: [] }]);
  const other = {
    ...contract,
    _id: 'ctr_2',
    number: 'C-2',
    numberKey: 'c-2',
    clientId: 'cli_2',
    endDate: '2028-01-31',
  };
  await db.contracts.insertMany([other]);

  const [director, manager] = [of(world, 'director'), of(world, 'sales-manager')];
  const whole = await director.get(PATH, { 'accept-language': 'zh-CN' });
  t.is(whole.status, 200, JSON.stringify(whole.body));
  t.is(whole.headers['content-type'], 'text/csv; charset=utf-8');
  t.regex(String(whole.headers['content-disposition']), /^attachment; filename="contracts\.csv"$/);
  const [header = '', first = '', second = ''] = String(whole.body).split('\r\n');
  t.is(header.replace('\ufeff', ''), EXPORT_COLUMNS.map((column) => column.header['zh-CN']).join(','));
  t.true(first.startsWith('C-1,Example Harbor,B,Suite,li@example.com,'), first);
  t.true(second.startsWith(`C-2,"'=HYPERLINK(""x"")"`), second);
  // A manager sees the clients of those below.
  const below = itemsOf(await manager.get(`${PATH}?format=json`));
  t.deepEqual(
    below.map(({ number, owner, contactEmail }) => [number, owner, contactEmail]),
    [['C-1', 'li@example.com', 'zoe@example.org']],
  );
  const numbers = async (query: string) =>
    itemsOf(await director.get(`${PATH}?format=json&${query}`)).map(({ number }) => number);
  t.deepEqual(await numbers('endsFrom=2028-01-01'), ['C-2']);
  t.deepEqual(await numbers('endsTo=2027-12-31'), ['C-1']);
  t.deepEqual(await numbers('ownerId=zhou'), ['C-2']);
  t.deepEqual(await numbers('clientId=cli_1'), ['C-1']);
  const book = await director.get(`${PATH}?format=xlsx`);
  t.regex(String(book.headers['content-type']), /spreadsheetml/);
  t.true(String(book.body).startsWith('PK'));

  t.is(codeOf(await of(world, 'sales-rep').get(PATH)), 'access.forbidden');
  t.is((await director.get(`${PATH}?format=pdf`)).status, 422);
  await t.throwsAsync(contractRows(db, translator('en'), { max: 1 }), { message: 'export.too_many' });
  const noted = await db.audit
    .find({ name: 'exported', 'target.kind': 'contracts' })
    .sort({ seq: 1 })
    .lean<AuditDoc[]>();
  t.is(noted.length, 7);
  t.like(noted[0], { actor: { id: 'chen' }, detail: { format: 'csv', rows: 2 } });
});
