import test from 'ava';
import { REGISTRY } from '../../cli/registry.ts';
import { optionName } from '../../cli/command-spec.ts';
import type { CommandSpec } from '../../cli/command-spec.ts';
import { LOCALES } from '../../domain/text.ts';
import { run } from './fake-io.ts';

const loaded = await Promise.all(REGISTRY.map((entry) => entry.load()));
const specs: readonly CommandSpec[] = loaded.flatMap((module) => module.commands);

const refused = test.macro({
  async exec(t, line: string, code: string, text: RegExp) {
    const { code: exit, out, err } = await run(line.split(' '));
    t.is(exit, 2);
    t.is(out, '');
    t.true(err.includes(`[${code}]`), err);
    t.regex(err, text);
  },
  title: (_, line, code) => `\`${line}\` is refused as ${code}`,
});
test(refused, 'renewls', 'cli.unknown_command_near', /Did you mean `perennial renewals`\?/);
test(refused, 'frobnicate', 'cli.unknown_command', /perennial --help/);
test(refused, 'quote isue HT-1', 'cli.unknown_command_near', /perennial quote issue/);
test(refused, 'quote', 'cli.missing_argument', /issue\|accept\|decline/);
test(refused, 'renewals --at-riks', 'cli.unknown_option_near', /--at-risk/);
test(refused, 'renewals --colour', 'cli.unknown_option', /perennial renewals --help/);
test(refused, 'renewals --phase opened', 'cli.choice', /data-needed \(waiting for data\), scheduled, open, closed/);
test(refused, 'renewals --limit many', 'cli.number', /1 to 1000/);
test(refused, 'renewals --ends-before 2026-02-30', 'date.invalid', /--ends-before/);
test(refused, 'renewal show', 'cli.missing_argument', /perennial renewal show <renewal>/);
test(refused, 'renewal verify', 'cli.one_of', /--all/);
test(refused, 'renewal verify HT-1 --all', 'cli.exclusive', /--all/);
test(refused, 'log HT-1 two --channel call', 'cli.excess_argument', /"two"/);
test(refused, 'log HT-1', 'cli.option_required', /--channel/);
test(refused, 'log HT-1 --channel smoke', 'cli.choice', /call, mail \(e-mail\), meeting, chat/);
test(refused, 'pay HT-1 --amount', 'cli.option_value', /--amount/);
test(
  refused,
  'pay HT-1 --amount 5 --method barter --as li@example.com',
  'payment.method',
  /cheque, cash, online \(Alipay, WeChat Pay\)/,
);
test(refused, 'quote issue HT-1 --discount much --as li@example.com', 'cli.percent', /18%/);
test(refused, 'quote issue HT-1 --discount 5 --amount 3 --as li@example.com', 'cli.exclusive', /--discount/);
test(refused, 'quote issue HT-1 --discount 5', 'cli.actor_missing', /--as/);
test(refused, 'import list.csv --map amount', 'cli.map', /HEADER=FIELD/);
test(refused, 'import list.csv --map ACV=badfield', 'cli.choice', /amount, /);
test(refused, 'log HT-1 --channel call --promise 2026-02-30 --as li@example.com', 'date.invalid', /--promise/);
test(refused, 'log HT-1 --channel call --next 2026-02-30 --as li@example.com', 'date.invalid', /--next/);
test(refused, 'up --sample --empty', 'cli.exclusive', /--empty/);
test(refused, 'sends resolve X', 'cli.one_of', /--as-sent/);
test(refused, 'completion tcsh', 'cli.choice', /bash, zsh, fish/);
test(refused, 'renewals --lang klingon', 'cli.choice', /en, zh-CN/);

for (const spec of specs.filter((one) => one.run)) {
  for (const locale of LOCALES) {
    test(`\`${spec.path}\` refuses an unknown option in ${locale}`, async (t) => {
      const needed = (spec.options ?? []).filter((option) => option.required === true);
      const given = needed.flatMap((option) => [`--${optionName(option.flags)}`, option.choices?.[0] ?? 'x']);
      const { code, err } = await run([...spec.path.split(' '), ...given, '--zzzzzz', '--lang', locale]);
      t.is(code, 2);
      t.regex(err, locale === 'en' ? /has no option --zzzzzz/ : /没有选项 --zzzzzz/);
    });
  }
}

test('with --json an error is one object on standard error, with code, what, where and fix', async (t) => {
  const { code, out, err } = await run(['renewals', '--ends-before', 'soon', '--json', '--lang', 'zh-CN']);
  t.is(code, 2);
  t.is(out, '');
  t.deepEqual(JSON.parse(err), {
    error: {
      exitCode: 2,
      problems: [
        {
          code: 'date.format',
          severity: 'error',
          what: '“soon”不是日期的写法',
          where: '选项 --ends-before',
          fix: '年份请写满四位，例如 2026-03-01、2026/3/1 或 2026年3月1日',
          place: { field: '--ends-before' },
        },
      ],
    },
  });
});

test('a command that needs the engine says how to start it', async (t) => {
  const { code, err } = await run(['renewals']);
  t.is(code, 1);
  t.regex(err, /perennial up/);
});

test('global options are understood before the command as well', async (t) => {
  const { code, err } = await run(['--json', '--lang', 'en', 'renewals', '--limit', '0']);
  t.is(code, 2);
  t.is((JSON.parse(err) as { error: { exitCode: number } }).error.exitCode, 2);
});

test('nothing is coloured without a terminal, with NO_COLOR, or on a dumb one', async (t) => {
  const coloured = (text: string) => text.includes('\u001b[');
  t.false(coloured((await run(['--help'])).out));
  t.true(coloured((await run(['--help'], { tty: true })).out));
  t.false(coloured((await run(['--help'], { tty: true, env: { NO_COLOR: '1' } })).out));
  t.false(coloured((await run(['--help'], { tty: true, env: { TERM: 'dumb' } })).out));
});

test('the version is data too', async (t) => {
  const { out } = await run(['--version', '--json']);
  t.like(JSON.parse(out), { name: 'perennial' });
});

test('a file that is not there is told in words, once', async (t) => {
  const { err } = await run(['playbook', 'check', '/nonexistent/list.yaml', '--lang', 'zh-CN']);
  t.regex(err, /文件或目录不存在/);
  t.notRegex(err, /ENOENT/);
  t.is(err.split('list.yaml').length, 2);
});
