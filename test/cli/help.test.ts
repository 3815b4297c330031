import test from 'ava';
import { REGISTRY } from '../../cli/registry.ts';
import { textWidth } from '../../cli/output/width.ts';
import { LOCALES } from '../../domain/text.ts';
import type { CommandSpec } from '../../cli/command-spec.ts';
import { optionName } from '../../cli/command-spec.ts';
import { GLOBAL_OPTIONS } from '../../cli/prelude.ts';
import { translator } from '../../i18n/index.ts';
import { run } from './fake-io.ts';

const loaded = await Promise.all(REGISTRY.map((entry) => entry.load()));
const specs: readonly CommandSpec[] = loaded.flatMap((module) => module.commands);

for (const spec of specs) {
  for (const locale of LOCALES) {
    test(`\`${spec.path} --help\` in ${locale} begins with what it does, then examples, and names every option`, async (t) => {
      const { code, out, err } = await run([...spec.path.split(' '), '--help', '--lang', locale]);
      t.is(code, 0);
      t.is(err, '');
      const examples = out.indexOf(translator(locale)('help:title.examples'));
      const usage = out.indexOf(translator(locale)('help:title.usage'));
      t.true(examples > 0 && examples < usage);
      t.true(out.includes(`perennial ${spec.path}`));
      for (const option of spec.options ?? []) t.true(out.includes(`--${optionName(option.flags)}`), option.flags);
    });
  }

  test(`every text of \`${spec.path}\` exists`, (t) => {
    const t9n = translator('en');
    const keys = [
      spec.path,
      `${spec.path}.examples`,
      ...(spec.options ?? []).map((option) => `opt.${option.text ?? optionName(option.flags)}`),
      ...(spec.args ?? []).map((arg) => `arg.${arg.text ?? arg.name}`),
    ];
    t.deepEqual(
      keys.filter((key) => !t9n.has('help', key)),
      [],
    );
  });

  test(`the examples of \`${spec.path}\` use options that exist`, (t) => {
    const examples = translator('en').code('help', `${spec.path}.examples`).split('\n');
    for (const example of examples) {
      const command = example.split(' # ')[0]?.replaceAll(/"[^"]*"/g, 'X') ?? '';
      const target = specs
        .filter((other) => command.includes(`perennial ${other.path}`))
        .sort((a, b) => b.path.length - a.path.length)[0];
      t.truthy(target, example);
      const known = [...(target?.options ?? []).map(({ flags }) => flags), ...GLOBAL_OPTIONS].map(optionName);
      for (const [, option] of command.matchAll(/\s--([a-z-]+)/g))
        t.true(known.includes(option ?? ''), `${example}: --${option}`);
    }
  });
}

for (const locale of LOCALES) {
  test(`the overview in ${locale} lists every command and fits into 80 columns`, async (t) => {
    const { code, out } = await run(['--help', '--lang', locale], { columns: 80 });
    t.is(code, 0);
    for (const { name } of REGISTRY) t.regex(out, new RegExp(`^  ${name} `, 'm'));
    for (const line of out.split('\n')) t.true(textWidth(line) <= 80, line);
  });
}

test('no arguments at all show the overview', async (t) => {
  const { code, out } = await run([]);
  t.is(code, 0);
  t.true(out.startsWith('Perennial runs contract renewals'));
});

test('`help quote issue` is `quote issue --help`', async (t) => {
  t.deepEqual(await run(['help', 'quote', 'issue']), await run(['quote', 'issue', '--help']));
});

test('--version names the version', async (t) => {
  t.regex((await run(['--version'])).out, /^perennial \d+\.\d+\.\d+\n$/);
});

test('help speaks the language of the environment', async (t) => {
  const { out } = await run(['pay', '--help'], { env: { LANG: 'zh_CN.UTF-8' } });
  t.true(out.startsWith('登记收款'));
});
