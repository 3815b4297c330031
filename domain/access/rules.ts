import type { AccessRole, Holder, Rule, Subject } from './types.ts';

/** Records of a client's business. They carry the owner of the client, and whoever looks after that one sees them. */
const BUSINESS = [
  'Client',
  'Contract',
  'Renewal',
  'Task',
  'Approval',
  'Communication',
  'Send',
  'SavePlan',
  'History',
] as const satisfies readonly Subject[];

/** What everybody on the team may look up. */
const COMMON = ['Playbook', 'Calendar', 'Person'] as const satisfies readonly Subject[];

/**
 * The one set of rules: it filters what is read from the database, guards the API and tells pages what to offer.
 * Whoever has several roles has the rights of all. Nothing is allowed that no rule allows.
 */
export function rulesOf(holder: Holder): readonly Rule[] {
  return [...ownRules(holder), ...holder.roles.flatMap((role) => rulesOfRole(role, holder))];
}

/**
 * What everybody has, whatever the role: the common records, the work that carries the person's name, and while a
 * colleague is away, that one's clients and work.
 */
function ownRules({ personId, roles, standsFor = [] }: Holder): Rule[] {
  // A rep's tasks always have a name on them: the role alone would show everybody's.
  const shared = roles.filter((role) => role !== 'sales-rep');
  const names = standsFor.length === 0 ? personId : { $in: [personId, ...standsFor] };
  const mine = [{ 'assignee.id': names }, { 'assignee.role': { $in: shared } }];
  return [
    { action: 'read', subject: COMMON },
    ...mine.map((conditions): Rule => ({ action: ['read', 'work'], subject: 'Task', conditions })),
    // Four eyes: the engine refuses a vote on one's own quote; here stands only who is asked.
    { action: ['read', 'decide'], subject: 'Approval', conditions: { people: names } },
    { action: ['read', 'create', 'delete'], subject: 'Token', conditions: { personId } },
    { action: ['read', 'create', 'update', 'delete'], subject: 'Absence', conditions: { personId } },
    { action: 'read', subject: 'Absence', conditions: { substituteId: personId } },
    ...(standsFor.length === 0 ? [] : looksAfter({ ownerId: { $in: [...standsFor] } })),
  ];
}

function rulesOfRole(role: AccessRole, holder: Holder): Rule[] {
  switch (role) {
    case 'sales-rep':
    case 'client-rep':
      return looksAfter({ ownerId: { $in: [holder.personId, ...holder.owners] } });
    case 'sales-manager':
      return [
        ...looksAfter({ ownerId: { $in: [holder.personId, ...holder.owners] } }),
        { action: ['steer', 'update'], subject: BUSINESS, conditions: below(holder) },
        { action: 'create', subject: 'Export' },
        { action: ['read', 'create', 'update', 'delete'], subject: 'Absence', conditions: ofThoseBelow(holder) },
      ];
    case 'director':
    case 'general-manager':
      return [
        ...looksAfter(),
        { action: ['steer', 'update'], subject: BUSINESS },
        { action: 'verify', subject: 'History' },
        { action: ['create', 'read'], subject: ['Export', 'Import'] },
        { action: ['read', 'create', 'update', 'delete'], subject: 'Absence' },
      ];
    case 'legal':
      return [{ action: 'read', subject: BUSINESS }];
    case 'finance':
      return [
        { action: 'read', subject: BUSINESS },
        { action: ['invoice', 'pay'], subject: 'Renewal' },
      ];
    case 'ops':
      return [
        { action: ['read', 'update'], subject: BUSINESS },
        { action: ['work', 'steer'], subject: ['Renewal', 'Task', 'SavePlan', 'Send'] },
        { action: 'work', subject: 'Client' },
        { action: ['create', 'update', 'publish'], subject: COMMON },
        { action: ['create', 'read'], subject: ['Import', 'Export', 'Event'] },
        { action: 'update', subject: 'Event' },
        { action: ['read', 'create', 'update', 'delete'], subject: ['Source', 'Channel'] },
        { action: 'verify', subject: 'History' },
        // Erasing a client's people, typed and confirmed.
        { action: 'delete', subject: 'Client' },
        { action: 'read', subject: 'Service' },
        { action: ['read', 'create', 'update', 'delete'], subject: 'Absence' },
      ];
    case 'auditor':
      return [
        {
          action: 'read',
          subject: [...BUSINESS, 'Account', 'Event', 'Source', 'Channel', 'Import', 'Export', 'Service'],
        },
        { action: 'read', subject: ['Audit', 'Absence'] },
        { action: 'verify', subject: 'History' },
        { action: 'create', subject: 'Export' },
      ];
    case 'admin':
      return [
        { action: 'read', subject: [...BUSINESS, 'Event', 'Import', 'Export', 'Service'] },
        {
          action: ['read', 'create', 'update', 'delete'],
          subject: ['Account', 'Person', 'Token', 'Source', 'Channel', 'Absence'],
        },
        { action: 'read', subject: 'Audit' },
        { action: 'delete', subject: 'Client' },
        { action: 'verify', subject: 'History' },
      ];
    default:
      return role satisfies never;
  }
}

/** The daily work on clients; with a condition on the records of some owners only. */
function looksAfter(conditions?: Rule['conditions']): Rule[] {
  const of = conditions === undefined ? {} : { conditions };
  return [
    { action: 'read', subject: BUSINESS, ...of },
    { action: ['quote', 'answer', 'work', 'invoice', 'pay'], subject: 'Renewal', ...of },
    // Of a client that is its contacts and how one writes to them; tier and owner are for those above.
    { action: 'work', subject: ['Task', 'SavePlan', 'Client'], ...of },
    { action: 'steer', subject: 'Send', ...of },
  ];
}

/** A manager steers the work of those below; what only a superior may do is not done for one's own clients. */
function below({ owners }: Holder): Rule['conditions'] {
  return { ownerId: { $in: owners } };
}

function ofThoseBelow({ owners }: Holder): Rule['conditions'] {
  return { personId: { $in: owners } };
}
