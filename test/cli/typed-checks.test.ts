import { readFileSync } from 'node:fs';
import test from 'ava';
import { parse } from 'yaml';
import { UsageError } from '../../cli/failure.ts';
import {
  checkDates,
  checkPauseEnd,
  checkReceivedOn,
  checkValidUntil,
  lossOf,
  measureOf,
  riskCauseOf,
} from '../../cli/typed-checks.ts';
import { LOCALES } from '../../domain/text.ts';
import type { Words } from '../../cli/seen.ts';
import { civilDate } from '../../domain/time/index.ts';
import { translator } from '../../i18n/index.ts';
import { run } from './fake-io.ts';

const name = (en: string, zh: string) => ({ en, 'zh-CN': zh });
const LOSSES: NonNullable<Words['lossReasons']> = [
  {
    id: 'price',
    name: name('Price', '价格'),
    details: [{ id: 'too-expensive', name: name('Too dear', '性价比不足') }],
  },
];
const CAUSES = [{ id: 'competitor', name: name('Competitor', '竞争对手'), actions: [] }];
const zh = translator('zh-CN');

test('cause and detail of a loss are known by id and by name, and listed with their names', (t) => {
  const ids = { cause: 'price', detail: 'too-expensive' };
  t.deepEqual(lossOf(zh, LOSSES, 'price', 'too-expensive'), ids);
  t.deepEqual(lossOf(zh, LOSSES, '价格', 'Too dear'), ids);
  t.deepEqual(lossOf(zh, null, 'own', 'words'), { cause: 'own', detail: 'words' });
  const first = (cause: string, detail: string) =>
    t.throws(() => lossOf(zh, LOSSES, cause, detail), { instanceOf: UsageError })?.problems[0];
  t.like(first('weather', 'x'), { code: 'loss.unknown_cause', params: { known: 'price（价格）' } });
  t.like(first('price', 'x'), { code: 'loss.unknown_detail', params: { known: 'too-expensive（性价比不足）' } });
});

test('a cause of risk and a measure are known by id and by name', (t) => {
  t.is(riskCauseOf(zh, CAUSES, '竞争对手'), 'competitor');
  t.throws(() => riskCauseOf(zh, CAUSES, 'weather'), { message: 'risk.unknown_cause' });
  const measures = [{ id: 'roadmap', name: name('Talk about the roadmap', '沟通产品规划') }];
  t.is(measureOf(zh, measures, '沟通产品规划'), 'roadmap');
  t.is(measureOf(zh, [], 'anything'), 'anything');
  t.throws(() => measureOf(zh, measures, 'dance'), { message: 'save_plan.unknown_action' });
});

test('dates that cannot be meant are refused where they were typed', (t) => {
  const today = civilDate('2026-11-23');
  const refused = (check: () => void) => t.throws(check, { instanceOf: UsageError })?.problems[0]?.code;
  t.is(
    refused(() => checkPauseEnd(today, today)),
    'pause.until_past',
  );
  t.is(
    refused(() => checkValidUntil(civilDate('2026-11-22'), today)),
    'quote.valid_until',
  );
  t.is(
    refused(() => checkReceivedOn(civilDate('2026-11-24'), today)),
    'payment.future',
  );
  t.is(
    refused(() => checkDates(today, today, null)),
    'contract.end_before_start',
  );
  t.is(
    refused(() => checkDates(null, today, civilDate('2026-11-24'))),
    'contract.notice_after_end',
  );
  t.is(
    refused(() => checkDates(null, civilDate('2100-01-01'), null)),
    'date.range',
  );
  t.notThrows(() => {
    checkPauseEnd(null, today);
    checkPauseEnd(civilDate('2026-11-24'), today);
    checkValidUntil(today, today);
    checkReceivedOn(today, today);
    checkDates(today, civilDate('2027-11-23'), civilDate('2027-11-23'));
  });
});

interface Named {
  readonly name: Readonly<Record<(typeof LOCALES)[number], string>>;
}
interface Reasons {
  readonly 'loss reasons': readonly (Named & {
    readonly reason: string;
    readonly details: readonly (Named & { readonly detail: string })[];
  })[];
}

for (const locale of LOCALES) {
  test(`the help of cancel lists every shipped cause and detail with its name in ${locale}`, async (t) => {
    const file = new URL('../../playbooks/save-plans/standard.yaml', import.meta.url);
    const shipped = parse(readFileSync(file, 'utf8')) as Reasons;
    const { out } = await run(['cancel', '--help', '--lang', locale]);
    const text = out.replaceAll(/\s+/g, '');
    for (const { reason, name: cause, details } of shipped['loss reasons']) {
      t.true(text.includes(reason), reason);
      t.true(text.toLowerCase().includes(cause[locale].replaceAll(' ', '').toLowerCase()), cause[locale]);
      for (const { detail, name: words } of details) {
        t.true(text.includes(detail), detail);
        t.true(text.includes(words[locale].replaceAll(' ', '')), words[locale]);
      }
    }
  });
}
