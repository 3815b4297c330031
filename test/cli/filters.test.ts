import anyTest from 'ava';
import type { TestFn } from 'ava';
import { UsageError } from '../../cli/failure.ts';
import { clientFilter, personFilter, stageFilter } from '../../cli/filters.ts';
import { connect } from '../../schemas/connection.ts';
import type { Database } from '../../schemas/connection.ts';
import { reachHere } from '../../cli/reach/here.ts';
import type { Reach } from '../../cli/reach/reach.ts';
import { Run } from '../../cli/run.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { fakeIo } from './fake-io.ts';
import { openTestMongo } from '../helpers/services.ts';
import type { TestMongo } from '../helpers/services.ts';

const test = anyTest as TestFn<{ mongo: TestMongo; db: Database; reach: Reach }>;
const stage = (id: string, en: string, zh: string) => ({ id, name: { en, 'zh-CN': zh }, steps: [] });

const CLIENT = { tier: 'A', locale: 'en', zone: 'Asia/Shanghai', calendarId: 'cn', ownerId: 'per_li', contacts: [] };

test.before(async (t) => {
  const mongo = await openTestMongo();
  const db = await connect(mongo.uri);
  const context = { db } as OperationsContext;
  const run = new Run(fakeIo(), { locale: 'en', json: false, quiet: false, as: undefined, dataDir: '' });
  t.context = { mongo, db, reach: await reachHere(run, context, null) };
  const stages = [stage('contact', 'First contact', '初步沟通'), stage('legal-check', 'Legal check', '法务检查')];
  await db.playbooks.collection.insertOne({ _id: 'p@1' as never, id: 'p', version: 1, definition: { stages } });
  await db.clients.collection.insertMany([
    { ...CLIENT, _id: 'cli_1' as never, name: 'Example Harbor Ltd', nameKey: 'Example Harbor Ltd' },
    { ...CLIENT, _id: 'cli_2' as never, name: 'Example Lantern Inc.', nameKey: 'Example Lantern Inc.' },
  ]);
  const person = { roles: ['sales-rep'], manager: null, locale: 'en', zone: 'Asia/Shanghai', active: true };
  await db.people.collection.insertOne({
    _id: 'per_li' as never,
    name: '李婷',
    email: 'li@example.com',
    emailKey: 'li@example.com',
    ...person,
  });
});

test.after.always(async (t) => {
  await t.context.db?.close();
  await t.context.mongo?.close();
});

test('a stage is known by its id and by its name in either language', async (t) => {
  const { reach } = t.context;
  t.is(await stageFilter(reach, 'legal-check'), 'legal-check');
  t.is(await stageFilter(reach, 'LEGAL check'), 'legal-check');
  t.is(await stageFilter(reach, '初步沟通'), 'contact');
});

test('a member of the team is known by e-mail and name, a client by a part of its name', async (t) => {
  const { reach } = t.context;
  t.is(await personFilter(reach, 'LI@example.com', '--owner'), 'per_li');
  t.is(await personFilter(reach, '李婷', '--owner'), 'per_li');
  t.is(await clientFilter(reach, 'lantern'), 'cli_2');
  t.is(await clientFilter(reach, 'example h'), 'cli_1');
});

test('what nobody knows is a mistake of usage that names the value, the option and what is known', async (t) => {
  const { reach } = t.context;
  const refused = async (filter: Promise<string>) => {
    const error = await t.throwsAsync(filter, { instanceOf: UsageError });
    return error?.problems[0]?.params;
  };
  t.deepEqual(await refused(stageFilter(reach, 'foo')), {
    value: 'foo',
    option: '--stage',
    choices: 'contact, legal-check',
  });
  t.deepEqual(await refused(personFilter(reach, 'foo', '--for', ['legal'])), {
    value: 'foo',
    option: '--for',
    choices: 'li@example.com, legal',
  });
  const both = 'Example Harbor Ltd, Example Lantern Inc.';
  t.deepEqual(await refused(clientFilter(reach, 'foo')), { value: 'foo', option: '--client', choices: both });
  t.deepEqual(await refused(clientFilter(reach, 'example')), { value: 'example', option: '--client', choices: both });
});
