/** Subjects that answering machines write, after any "Re:" is taken off. */
const AWAY_SUBJECT =
  /^[[【(（]?\s?(?:auto(?:matic|mated)?[ -]?(?:reply|response|answer)|out[ -]of[ -](?:the )?office|away from (?:the )?office|on (?:annual |parental |maternity |sick )?leave\b|vacation (?:reply|notice|response)|abwesenheit|automatische antwort|réponse automatique|absence du bureau|自动(?:回复|答复|应答)|自動回覆|外出|不在办公室|休假|年假)/i;

/** Said in the first lines by machines that leave no mark in the headers. */
const AWAY_TEXT: readonly RegExp[] = [
  /^(?:hi|hello|dear \S{1,40})?[,.! ]{0,3}this is an? (?:automatic|automated|automatically generated|auto)[ -]?(?:reply|response|message|answer)/i,
  /^(?:您好|你好)?[，,！!。 ]{0,3}(?:这是一封|这是|此邮件为|本邮件为|本邮件是|此邮件是)?(?:系统)?自动(?:回复|答复|发出|发送)/,
];

/** Subjects of delivery reports that are written for people instead of machines. */
export const BOUNCE_SUBJECT =
  /(?:undeliver(?:ed|able)|delivery (?:status notification|(?:has )?failed|failure|problem)|mail delivery (?:failed|failure|system)|returned (?:mail|to sender)|failure notice|could not be delivered|message not delivered|unzustellbar|退信|投递失败|发送失败|无法投递|未能送达|无法送达)/i;
export const DELAY_SUBJECT = /(?:delay(?:ed)?\b|warning: message|still (?:being )?(?:retried|trying)|延迟|暂时无法)/i;

/** The whole line, without the signs around it, is the wish to get no more mail. */
const OPT_OUT: readonly RegExp[] = [
  /^(?:please )?(?:stop|unsubscribe|opt[ -]?out|remove me|unsubscribe me|stop all)(?: please)?$/i,
  /^(?:please |kindly |pls )?(?:unsubscribe|remove|take|opt) (?:me|us|this address|my address|my email|my e-mail)(?: (?:off|out))?(?: (?:from|of) (?:your|this|the|all|any)(?: (?:mailing|e-?mail|distribution|future|further|these))*(?: (?:list|lists|mails|emails|e-mails|messages|reminders))?)?(?:,? (?:please|thanks|thank you))?$/i,
  /^(?:please |kindly |pls )?(?:stop|no longer|do not|don't) (?:sending|emailing|e-mailing|mailing|send|email|e-mail|mail|contacting|contact) (?:me|us)(?: (?:any|these|such|more|any more|anymore|again|further|mails?|emails?|e-mails?|messages?|reminders?))*(?:,? (?:please|thanks|thank you))?$/i,
  /^(?:td|退订|退訂|退订谢谢|取消订阅|取消訂閱|拒收)$/i,
  /^(?:请|麻烦|烦请|我要|我想|申请|请帮我|请给我)?(?:帮我|给我|将我|把我)?(?:退订|取消订阅|取消邮件订阅|移出(?:邮件)?(?:列表|名单)|从(?:邮件)?(?:列表|名单)中?(?:移除|删除))(?:邮件|此类邮件|该邮件|这类邮件|提醒)?(?:吧|，?谢谢)?$/,
  /^(?:请|麻烦)?(?:不要|勿|别|停止)(?:再)?(?:给我|向我|往这个邮箱|向此邮箱)?(?:再)?(?:发|发送|寄)(?:送)?(?:任何|此类|这类|这些|这种|提醒)?(?:的)?(?:邮件|提醒|信息|通知)(?:给我)?(?:了)?(?:，?谢谢)?$/,
];

/** Words with which lists and clients ask to be let out, as a whole subject; our own put a secret behind it. */
const OPT_OUT_SUBJECT = /^(?:unsubscribe|opt[ -]?out|退订|取消订阅)(?:\s+[\w.-]{20,200})?$/i;

/** A subject without the signs that answers and forwards put before it. */
export function bareSubject(subject: string): string {
  return subject
    .slice(0, 500)
    .replace(/^(?:\s?(?:re|aw|sv|antw|回复|答复|回覆|回信|fw|fwd|wg|转发|轉寄)(?:\[\d{1,3}\])?\s?[:：]\s?){1,10}/i, '')
    .trim();
}

export function saysAway(subject: string, firstLines: readonly string[]): boolean {
  return AWAY_SUBJECT.test(bareSubject(subject)) || firstLines.some((line) => AWAY_TEXT.some((one) => one.test(line)));
}

/** Whether a line is the wish to get no more mail, and nothing else. */
export function wishesOut(line: string): boolean {
  const bare = line
    .slice(0, 200)
    .replaceAll(
      /^[\s"'“”‘’「」『』【】[\]()（）*_#.,!！。，~～-]{1,20}|[\s"'“”‘’「」『』【】[\]()（）*_#.,!！。，;；~～-]{1,20}$/g,
      '',
    )
    .replaceAll(/\s+/g, ' ');
  return OPT_OUT.some((pattern) => pattern.test(bare));
}

export function subjectWishesOut(subject: string): boolean {
  return OPT_OUT_SUBJECT.test(bareSubject(subject));
}
