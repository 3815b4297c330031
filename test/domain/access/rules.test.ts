import test from 'ava';
import { rightsOf, SUBJECTS, ACTIONS } from '../../../domain/access/index.ts';
import type { AccessRole, Permission } from '../../../domain/access/index.ts';

const holder = (personId: string, roles: readonly AccessRole[], owners: readonly string[] = []) =>
  rightsOf({ personId, roles, owners });
const of = (ownerId: string) => ({ ownerId });

interface Row {
  readonly who: readonly AccessRole[];
  readonly owners?: readonly string[];
  readonly right: Permission;
  readonly record?: Readonly<Record<string, unknown>>;
  readonly is: boolean;
}

const TABLE: readonly Row[] = [
  { who: ['sales-rep'], right: 'read Renewal', record: of('li'), is: true },
  { who: ['sales-rep'], right: 'read Renewal', record: of('chen'), is: false },
  { who: ['sales-rep'], owners: ['chen'], right: 'read Renewal', record: of('chen'), is: true },
  { who: ['sales-rep'], right: 'quote Renewal', record: of('li'), is: true },
  { who: ['sales-rep'], right: 'steer Renewal', record: of('li'), is: false },
  { who: ['sales-rep'], right: 'publish Playbook', is: false },
  { who: ['sales-rep'], right: 'read Playbook', is: true },
  { who: ['sales-manager'], owners: ['chen'], right: 'steer Renewal', record: of('chen'), is: true },
  { who: ['sales-manager'], owners: ['chen'], right: 'steer Renewal', record: of('li'), is: false },
  { who: ['sales-manager'], owners: ['chen'], right: 'read Renewal', record: of('zhao'), is: false },
  { who: ['director'], right: 'steer Renewal', record: of('anybody'), is: true },
  { who: ['legal'], right: 'read Renewal', record: of('anybody'), is: true },
  { who: ['legal'], right: 'quote Renewal', record: of('anybody'), is: false },
  { who: ['legal'], right: 'work Task', record: { assignee: { kind: 'role', role: 'legal' } }, is: true },
  { who: ['legal'], right: 'work Task', record: { assignee: { kind: 'role', role: 'finance' } }, is: false },
  { who: ['finance'], right: 'pay Renewal', record: of('anybody'), is: true },
  { who: ['finance'], right: 'quote Renewal', record: of('anybody'), is: false },
  { who: ['auditor'], right: 'read Renewal', record: of('anybody'), is: true },
  { who: ['auditor'], right: 'verify History', record: of('anybody'), is: true },
  { who: ['auditor'], right: 'pay Renewal', is: false },
  { who: ['ops'], right: 'publish Playbook', is: true },
  { who: ['ops'], right: 'read Account', is: false },
  { who: ['admin'], right: 'create Account', is: true },
  { who: ['admin'], right: 'quote Renewal', is: false },
  { who: ['admin', 'sales-rep'], right: 'quote Renewal', record: of('li'), is: true },
  { who: [], right: 'decide Approval', record: { people: ['li', 'wang'] }, is: true },
  { who: ['director'], right: 'decide Approval', record: { people: ['wang'] }, is: false },
  { who: [], right: 'work Task', record: { assignee: { kind: 'person', id: 'li' } }, is: true },
  { who: ['sales-rep'], right: 'work Task', record: { assignee: { kind: 'role', role: 'sales-rep' } }, is: false },
];

for (const { who, owners, right, record, is } of TABLE) {
  const what = `${who.join(' and ') || 'anybody'} ${is ? 'may' : 'may not'} ${right} ${record ? JSON.stringify(record) : ''}`;
  test(what.trim(), (t) => {
    const rights = holder('li', who, owners);
    t.is(record === undefined ? rights.may(right) : rights.mayWith(right, record), is);
  });
}

test('somebody without a role may look up the team and playbooks, and nothing of any client', (t) => {
  const rights = holder('li', []);
  for (const subject of SUBJECTS) {
    for (const action of ACTIONS) {
      const can = rights.mayWith(`${action} ${subject}`, {
        ownerId: 'chen',
        assignee: { kind: 'person', id: 'chen' },
        people: [],
        personId: 'chen',
      });
      t.is(can, action === 'read' && ['Playbook', 'Calendar', 'Person'].includes(subject), `${action} ${subject}`);
    }
  }
});

test('the filter for the database says what the rule says: own and covered owners, nothing where there is no right', (t) => {
  t.deepEqual(holder('li', ['sales-rep'], ['chen']).filter('quote Renewal'), {
    $or: [{ ownerId: { $in: ['li', 'chen'] } }],
  });
  t.deepEqual(holder('li', ['director']).filter('read Renewal'), {});
  t.is(holder('li', ['sales-rep']).filter('steer Renewal'), null);
});

test('the rules are plain JSON, so that pages can show what may be done', (t) => {
  const { rules } = holder('li', ['sales-manager'], ['chen']);
  t.deepEqual(JSON.parse(JSON.stringify(rules)), rules);
});

test('who stands in has the absent colleague’s clients and named work, whatever the own role; nothing else, and no vote of others', (t) => {
  const rights = rightsOf({ personId: 'sun', roles: ['finance'], owners: ['li'], standsFor: ['li'] });
  const task = (id: string) => ({ assignee: { kind: 'person', id } });
  t.true(rights.mayWith('quote Renewal', of('li')));
  t.true(rights.mayWith('work Task', task('li')));
  t.true(rights.mayWith('decide Approval', { people: ['wang', 'li'] }));
  t.false(rights.mayWith('quote Renewal', of('chen')));
  t.false(rights.mayWith('work Task', task('chen')));
  t.false(rights.mayWith('decide Approval', { people: ['wang'] }));
  t.false(rights.mayWith('steer Renewal', of('li')), 'what only a superior may do is not lent');
});
