import type { CommandSpec } from '../command-spec.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'people',
    where: 'both',
    async run(run) {
      await run.reach(async (reach) => {
        const people = await reach.people();
        const names = new Map(people.map((person) => [person.id, person.name]));
        const { t, style } = run;
        run.print({ items: people, total: people.length }, () =>
          people.length === 0
            ? t('cli:people.none')
            : run.table(
                [
                  { title: t('cli:col.person'), flexible: true },
                  { title: t('cli:col.email'), flexible: true, min: 16 },
                  { title: t('cli:col.roles'), flexible: true, min: 10 },
                  { title: t('cli:col.manager'), flexible: true },
                ],
                people.map((person) => {
                  const roles = person.roles.map((role) => t.code('words', `role.${role}`)).join(t('cli:list.comma'));
                  const name = person.active ? person.name : `${person.name} ${t('cli:people.inactive')}`;
                  return [
                    { text: name, ...(person.active ? {} : { paint: style.dim }) },
                    { text: person.email, paint: style.accent },
                    roles,
                    person.managerId === null ? '' : (names.get(person.managerId) ?? person.managerId),
                  ];
                }),
              ),
        );
      });
    },
  },
];
