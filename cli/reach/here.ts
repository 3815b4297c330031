import { InProcess } from '../../api/client/in-process.ts';
import { API_DEFAULTS } from '../../api/deps.ts';
import type { BoundRoute } from '../../api/call.ts';
import type { RouteContract } from '../../api/contract.ts';
import type { Rights } from '../../domain/access/index.ts';
import type { Person } from '../../domain/people/types.ts';
import type { ZoneId } from '../../domain/time/types.ts';
import type { Principal } from '../../operations/accounts/principal.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { Run } from '../run.ts';
import { Reach } from './reach.ts';

/** Whoever has the database itself needs no right to read it. What a person may do is judged by the core all the same. */
const EVERYTHING: Rights = { rules: [], may: () => true, mayWith: () => true, filter: () => ({}) };

/** The routes' own code on the services of this machine, as one person or, to look, as nobody. */
export async function reachHere(run: Run, context: OperationsContext, person: Person | null): Promise<Reach> {
  const { io, options } = run;
  const deps = {
    context,
    now: () => io.now(),
    settings: { ...API_DEFAULTS, publicUrl: '' },
    onFault: () => undefined,
  };
  const caller = new InProcess({
    deps,
    principal: principalOf(run, person),
    locale: options.locale,
    routes: localRoutes,
    newId: () => io.newId(),
  });
  return new Reach(caller, await import('./routes.ts'), { url: null, context });
}

/** Days are those of the terminal, as on everything that is printed. */
function principalOf({ io, options }: Run, person: Person | null): Principal {
  const zone = io.zone as ZoneId;
  const nobody: Person = { id: '', name: '', email: '', roles: [], locale: options.locale, zone, active: true };
  const { roles } = person ?? nobody;
  const by = { kind: 'session', id: '' } as const;
  return { person: { ...(person ?? nobody), zone }, roles, rights: EVERYTHING, standsFor: [], by, scopes: null };
}

const loaded = new Map<Part, Promise<readonly BoundRoute[]>>();

/** Only what a command calls: all of them would cost each start the half of a second. */
function localRoutes({ path }: RouteContract): Promise<readonly BoundRoute[]> {
  const part = /^\/v1\/(?:playbooks|calendars)\b/.test(path) ? 'rules' : 'work';
  const known = loaded.get(part) ?? LOADERS[part]();
  loaded.set(part, known);
  return known;
}

type Part = 'work' | 'rules';

const LOADERS: Readonly<Record<Part, () => Promise<readonly BoundRoute[]>>> = {
  async work() {
    const [renewals, lookup, work, commands, told, plans, contracts, clients, people] = await Promise.all([
      import('../../api/routes/renewals.ts'),
      import('../../api/routes/lookup.ts'),
      import('../../api/routes/work.ts'),
      import('../../api/routes/commands.ts'),
      import('../../api/routes/told.ts'),
      import('../../api/routes/save-plans.ts'),
      import('../../api/routes/contract-records.ts'),
      import('../../api/routes/clients.ts'),
      import('../../api/routes/people.ts'),
    ]);
    return [
      ...renewals.renewalRoutes,
      ...lookup.lookupRoutes,
      ...work.workRoutes,
      ...commands.commandRoutes,
      ...told.toldRoutes,
      ...plans.savePlanRoutes,
      ...contracts.contractRecordRoutes,
      ...clients.clientRoutes,
      ...people.peopleRoutes,
    ];
  },

  async rules() {
    const [playbooks, calendars] = await Promise.all([
      import('../../api/routes/playbooks.ts'),
      import('../../api/routes/calendars.ts'),
    ]);
    return [...playbooks.playbookRoutes, ...calendars.calendarRoutes];
  },
};
