import test from 'ava';
import { choiceList, choiceOf, wordChoices } from '../../cli/choices.ts';
import { CHANNELS } from '../../domain/renewal/facts.ts';
import { translator } from '../../i18n/index.ts';
import { run } from '../cli/fake-io.ts';

const channels = wordChoices('channel', CHANNELS);

test('a choice is known by its id and by its name in either language', (t) => {
  t.is(choiceOf('call', channels), 'call');
  t.is(choiceOf('电话', channels), 'call');
  t.is(choiceOf('E-Mail', channels), 'mail');
  t.is(choiceOf('smoke', channels), undefined);
  const outcomes = wordChoices('save', ['saved', 'not saved']);
  t.is(choiceOf('not-saved', outcomes), 'not saved');
  t.is(choiceOf('挽留失败', outcomes), 'not saved');
});

test('choices are listed with their names in the reader’s language', (t) => {
  t.is(choiceList(translator('zh-CN'), channels.slice(0, 2)), 'call（电话）、mail（邮件）');
  t.is(choiceList(translator('en'), channels.slice(0, 2)), 'call, mail (e-mail)');
});

test('help and errors list the names; a name is taken as the value', async (t) => {
  const help = await run(['log', '--help', '--lang', 'zh-CN']);
  t.regex(help.out, /call（电话）/);
  const refused = await run(['log', 'HT-1', '--channel', '烟', '--lang', 'zh-CN']);
  t.regex(refused.err, /chat（即时消息）/);
  // It gets as far as asking who does it.
  const taken = await run(['log', 'HT-1', '--channel', '电话', '--lang', 'zh-CN']);
  t.regex(taken.err, /cli\.actor_missing/);
});

test('the modes of an import have names without blanks, and the old one is known still', async (t) => {
  for (const mode of ['good', 'all', 'good rows', '全部']) {
    const { err } = await run(['import', '/nonexistent.csv', '--mode', mode]);
    t.notRegex(err, /cli\.choice/, mode);
  }
});
