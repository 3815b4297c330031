import type { Locale } from '../text.ts';
import {
  actionText,
  CONDITION_NAMES,
  CONTACT_NAMES,
  pointProse,
  ROLE_NAMES,
  spanText,
  STOP_NAMES,
} from './phrasing.ts';
import type { EscalationAction, OutreachStep, Playbook, RiskRule, Stage, Step } from './types.ts';

/** A playbook in plain sentences, one for each thing it does, in the order in which it is written. */
export function describePlaybook(playbook: Playbook, locale: Locale): string[] {
  const zh = locale === 'zh-CN';
  const { outreach, payment } = playbook;
  const { from, to } = outreach.window;
  const most = outreach.atMost;
  return [
    zh
      ? `《${playbook.name['zh-CN']}》适用于满足以下条件的合同：${playbook.applies}`
      : `"${playbook.name.en}" is for contracts where ${playbook.applies}.`,
    zh
      ? `续费在${pointProse(playbook.opens, locale)}启动；${pointProse(playbook.lapses, locale)}仍未确认的，视为失效。`
      : `A renewal opens ${pointProse(playbook.opens, locale)} and lapses ${pointProse(playbook.lapses, locale)} if it was not accepted.`,
    zh
      ? `邮件只在收件人当地时间 ${from}–${to} 的工作日发送，每位联系人 ${most.days} 天内最多 ${most.count} 封，两封之间至少间隔 ${outreach.quietHours} 小时；迟于 ${outreach.catchUpDays} 天的不再补发。`
      : `Mail goes out from ${from} to ${to} at the recipient, on working days, at most ${most.count} in ${most.days} days to one contact and not two within ${outreach.quietHours} hours; what is more than ${outreach.catchUpDays} days late is not sent.`,
    ...playbook.stages.flatMap((stage, i) => describeStage(stage, i, locale)),
    ...playbook.reminders.map((step) => describeSeries(step, locale)),
    ...playbook.risk.map((rule) => describeRisk(rule, locale)),
    zh
      ? `账单 ${payment.invoiceDueDays} 天内到期；逾期 ${payment.suspendAfterDays} 天通知团队暂停服务，逾期 ${payment.closeAfterDays} 天按未付款关闭。`
      : `Invoices are due in ${payment.invoiceDueDays} days; ${payment.suspendAfterDays} days late the team is told to suspend, ${payment.closeAfterDays} days late the renewal is closed as unpaid.`,
  ];
}

function joined(words: readonly string[], locale: Locale, last: 'and' | 'or' = 'and'): string {
  if (locale === 'zh-CN') return words.join('、');
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

function action(does: EscalationAction, locale: Locale): string {
  if (locale === 'zh-CN' || does.kind === 'warn owner') return actionText(does, locale);
  return `escalate to the ${ROLE_NAMES[does.to].en}`;
}

function describeStage(stage: Stage, index: number, locale: Locale): string[] {
  const zh = locale === 'zh-CN';
  const owner = ROLE_NAMES[stage.owner][locale];
  const starts = pointProse(stage.starts, locale);
  const done = joined(
    stage.doneWhen.map((condition) => CONDITION_NAMES[condition][locale]),
    locale,
  );
  const waits = stage.waitsFor === 'client';
  const levels = stage.stalled.map((level) =>
    zh
      ? `用时达到 ${level.at}% 时${action(level.action, locale)}`
      : `at ${level.at}% of that time ${action(level.action, locale)}`,
  );
  const after = spanText(stage.timeout.after, locale);
  const name = stage.name[locale];
  return [
    zh
      ? `阶段 ${index + 1}“${name}”由${owner}负责，${starts}开始，时限 ${spanText(stage.due, locale)}${waits ? '，期间等待客户' : ''}。`
      : `Stage ${index + 1}, "${name}", belongs to the ${owner}: it starts ${starts} and has ${spanText(stage.due)}${waits ? ', waiting for the client' : ''}.`,
    ...stage.steps.map((step) => describeStep(step, locale)),
    zh ? `“${name}”的完成条件：${done}。` : `"${name}" is done when ${done}.`,
    zh
      ? `${[...levels, `无论如何，${after}后${action(stage.timeout.action, locale)}`].join('；')}。`
      : `If nothing happens: ${[...levels, `in any case after ${after} ${action(stage.timeout.action, locale)}`].join('; ')}.`,
  ];
}

function onlyWhere(when: string | undefined, locale: Locale): string {
  if (when === undefined) return '';
  return locale === 'zh-CN' ? `（仅当 ${when}）` : ` (only where ${when})`;
}

function describeStep(step: Step, locale: Locale): string {
  const zh = locale === 'zh-CN';
  switch (step.kind) {
    case 'outreach':
      return describeSeries(step, locale);
    case 'task': {
      const due = spanText(step.due, locale);
      const owner = ROLE_NAMES[step.owner][locale];
      const fact = step.doneWhen === undefined ? undefined : CONDITION_NAMES[step.doneWhen][locale];
      return zh
        ? `任务“${step.name['zh-CN']}”：${owner}在 ${due}内完成${onlyWhere(step.when, locale)}${fact === undefined ? '' : `；${fact}即完成`}。`
        : `Task "${step.name.en}": the ${owner} has ${due}${onlyWhere(step.when, locale)}${fact === undefined ? '' : `; done when ${fact}`}.`;
    }
    case 'meeting': {
      const at = pointProse(step.at, locale);
      const to = CONTACT_NAMES[step.to][locale];
      return zh
        ? `会议“${step.name['zh-CN']}”：${at} ${step.time}，与${to}沟通 ${step.minutes} 分钟${onlyWhere(step.when, locale)}。`
        : `Meeting "${step.name.en}": ${at} at ${step.time}, ${step.minutes} minutes with the ${to}${onlyWhere(step.when, locale)}.`;
    }
    default: {
      const never: never = step;
      throw new Error(`unknown step ${String(never)}`);
    }
  }
}

function describeSeries(step: OutreachStep, locale: Locale): string {
  const zh = locale === 'zh-CN';
  const dates = joined(
    step.at.map((point) => pointProse(point, locale)),
    locale,
  );
  const to = CONTACT_NAMES[step.to][locale];
  const where = onlyWhere(step.when, locale);
  if (step.legal) {
    return zh
      ? `法定通知“${step.template}”发给${to}:${dates}${where}；不会被暂停、取消或延后。`
      : `Legal notice "${step.template}" to the ${to}: ${dates}${where}; never held, stopped or sent late.`;
  }
  const stops = joined(
    step.stopOn.map((event) => STOP_NAMES[event][locale]),
    locale,
    'or',
  );
  const until = stops === '' ? '' : zh ? `；遇到${stops}即停止` : `; stopped by ${stops}`;
  return zh
    ? `邮件“${step.template}”发给${to}:${dates}${where}${until}。`
    : `Mail "${step.template}" to the ${to}: ${dates}${where}${until}.`;
}

function describeRisk(rule: RiskRule, locale: Locale): string {
  const cause = rule.cause === null ? '' : rule.cause;
  if (locale === 'zh-CN') {
    const hold = rule.holdOutreach ? '，并暂停除法定通知外的邮件' : '';
    return `当 ${rule.when} 时，启动挽留方案${cause === '' ? '' : `（原因：${cause}）`}${hold}。`;
  }
  const hold = rule.holdOutreach ? ' and mail other than legal notices is held' : '';
  return `When ${rule.when}, a save plan${cause === '' ? '' : ` for ${cause}`} is opened${hold}.`;
}
