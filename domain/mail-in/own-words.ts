/** Longer texts are cut before anything looks for quotes in them. */
const MAX_TEXT = 50_000;
/** Lines that an introduction of quoted text may be broken into. */
const MAX_INTRODUCTION = 4;

/** What introduces the mail that is answered, in one line or in several joined ones. */
const INTRODUCTIONS: readonly RegExp[] = [
  /^on\b.{4,240}\bwrote\s*:$/i,
  /^(?:在|于)\s?.{2,240}(?:写道|写到|寫道)\s?[:：]$/,
  /^.{2,160}(?:于|於)\s?\d{4}.{2,160}(?:写道|写到|寫道)\s?[:：]$/,
  /^\d{4}[-/年].{2,200}(?:写道|写到|寫道)\s?[:：]$/,
  /^am\b.{4,240}\bschrieb\b.{0,120}:$/i,
  /^le\b.{4,240}\ba écrit\s?:$/i,
  /^.{2,200}<[^<>\s]{3,200}>\s?(?:wrote|写道|寫道)\s?[:：]$/i,
];

/** A line after which only the older mail comes. */
const DIVIDERS: readonly RegExp[] = [
  /^-{2,}\s?(?:original message|forwarded message|original appointment|原始邮件|原邮件|转发邮件|回复的原邮件|ursprüngliche nachricht)\s?-{0,}$/i,
  /^_{20,}$/,
  /^begin forwarded message\s?:$/i,
];

const HEAD_FROM = /^\*?(?:from|von|发件人|寄件者)\s?[:：]\*?\s?\S/i;
const HEAD_NEXT = /^\*?(?:sent|date|to|subject|cc|gesendet|发送时间|发送日期|日期|收件人|主题|抄送)\s?[:：]/i;
const QUOTED = /^\s{0,3}[>|｜＞]/;
/** What programs add below the text, and the sign for "signature follows". */
const TAIL =
  /^(?:--\s?$|sent from my\b.{0,60}$|get outlook for\b.{0,40}$|发自我的.{0,30}$|来自我的.{0,30}$|从.{0,20}发送$)/i;

/**
 * What the sender has written: without the quoted mail below or above, without the signature. Where nothing is left, the
 * mail holds nothing of the sender's own.
 */
export function ownWords(text: string): string {
  const lines = text
    .slice(0, MAX_TEXT)
    .replaceAll(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.replaceAll(/[\u00a0\u3000\t]/g, ' ').trimEnd());
  const own: string[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    const bare = line.trim();
    if (QUOTED.test(line)) continue;
    if (DIVIDERS.some((divider) => divider.test(bare)) || TAIL.test(bare)) break;
    if (isHeadOfOlder(lines, i)) break;
    const length = introductionAt(lines, i);
    if (length > 0) {
      // Answers may stand below the quote or between its lines: only what is marked as quoted is left out then.
      if (!lines.slice(i + length).some((later) => QUOTED.test(later))) break;
      i += length - 1;
      continue;
    }
    own.push(bare);
  }
  return own
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/** The first line that says anything. */
export function firstLine(words: string): string {
  return (words.split('\n').find((line) => line.trim() !== '') ?? '').trim();
}

/** A block of headers of the older mail, as Outlook and Foxmail write it without quoting. */
function isHeadOfOlder(lines: readonly string[], at: number): boolean {
  if (!HEAD_FROM.test((lines[at] ?? '').trim())) return false;
  const next = lines
    .slice(at + 1, at + 5)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return next.slice(0, 2).some((line) => HEAD_NEXT.test(line));
}

/** How many lines an introduction takes that begins here; 0 where none does. */
function introductionAt(lines: readonly string[], at: number): number {
  let joined = '';
  for (let length = 1; length <= MAX_INTRODUCTION; length += 1) {
    const line = (lines[at + length - 1] ?? '').trim();
    if (line === '') return 0;
    joined = joined === '' ? line : `${joined} ${line}`;
    if (joined.length > 400) return 0;
    if (INTRODUCTIONS.some((pattern) => pattern.test(joined))) return length;
  }
  return 0;
}
