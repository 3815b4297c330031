import { createMongoAbility, subject as tagged } from '@casl/ability';
import type { MongoAbility, RawRuleOf } from '@casl/ability';
import { rulesToCondition } from '@casl/ability/extra';
import { rulesOf } from './rules.ts';
import type { Action, Holder, Permission, Rule, Subject } from './types.ts';

type Ability = MongoAbility<[Action, Subject | Readonly<Record<string, unknown>>]>;

/** A filter for MongoDB; empty where every record may be seen. */
export type Filter = Readonly<Record<string, unknown>>;

/** What one holder may do. */
export interface Rights {
  readonly rules: readonly Rule[];
  /** Whether there can be a record at all of which this holds: what a route asks before it looks anything up. */
  may(permission: Permission): boolean;
  /** Whether it holds of this record. */
  mayWith(permission: Permission, record: Readonly<Record<string, unknown>>): boolean;
  /** The records of which it holds, as a filter; null where there are none. */
  filter(permission: Permission): Filter | null;
}

export function rightsOf(holder: Holder): Rights {
  const rules = rulesOf(holder);
  const ability: Ability = createMongoAbility<Ability>(rules.map(toRaw));
  return {
    rules,
    may: (permission) => ability.can(...parts(permission)),
    mayWith: (permission, record) => {
      const [action, subject] = parts(permission);
      // The tag is written onto the object: a copy keeps the caller's as it is.
      return ability.can(action, tagged(subject, { ...record }));
    },
    filter: (permission) => {
      const [action, subject] = parts(permission);
      return rulesToCondition<Ability, Filter, Filter>(
        ability.rulesFor(action, subject),
        // There is no rule that forbids: whoever has several roles has the rights of all.
        (rule) => rule.conditions ?? {},
        { and: ($and) => ({ $and }), or: ($or) => ({ $or }), empty: () => ({}) },
      );
    },
  };
}

function parts(permission: Permission): [Action, Subject] {
  const cut = permission.indexOf(' ');
  return [permission.slice(0, cut) as Action, permission.slice(cut + 1) as Subject];
}

function toRaw({ action, subject, conditions }: Rule): RawRuleOf<Ability> {
  const list = <T>(value: T | readonly T[]): T[] =>
    Array.isArray(value) ? [...(value as readonly T[])] : [value as T];
  return {
    action: list(action),
    subject: list(subject),
    ...(conditions === undefined ? {} : { conditions }),
  };
}
