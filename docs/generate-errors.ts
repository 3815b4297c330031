import { STATUS_OF_CLASS, statusOf } from '../api/problem.ts';
import { exitCodeOf } from '../cli/failure.ts';
import type { ErrorClass, ErrorCode, ErrorEntry } from '../domain/errors/index.ts';
import { ERROR_TABLE, PerennialError } from '../domain/errors/index.ts';
import { LOCALES } from '../domain/text.ts';
import { table } from './markdown.ts';

const MEANS: Readonly<Record<ErrorClass, string>> = {
  invalid: 'bad input: mend it and try again · 输入有误，修改后重试',
  missing: 'there is no such thing · 找不到',
  refused: 'the person has no right to it · 没有权限',
  conflict: 'the state does not allow it, or somebody else was first · 当前状态不允许，或已被他人抢先',
  unavailable: 'a service does not answer: try again later · 服务无响应，请稍后再试',
};

type Entry = readonly [code: ErrorCode, entry: ErrorEntry];

/** Every error code a person can meet, by area, in both languages. */
export function errorsPage(): string {
  const entries = (Object.entries(ERROR_TABLE) as readonly Entry[]).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const areas = [...new Set(entries.map(([code]) => areaOf(code)))];
  return [
    '# Errors · 错误代码',
    '<!-- Generated from domain/errors by `npm run docs:generate`. -->',
    'Every error has a code that never changes, says what happened and what to do, and where it can, the place: file, row, line, column, field. `{…}` is filled in. With `--json` a command prints the same as data on standard error.',
    '每个错误都有固定不变的代码，说明出了什么问题、该怎么办，并尽可能指出位置（文件、行、列、字段）。`{…}` 为实际值。加上 `--json`，命令会在标准错误输出中给出同样内容的数据。',
    table(
      ['class', 'means · 含义', 'exit code · 退出码', 'HTTP'],
      (Object.keys(MEANS) as ErrorClass[]).map((kind) => [
        `\`${kind}\``,
        MEANS[kind],
        exitCode(kind, entries),
        httpOf(kind),
      ]),
    ),
    ...areas.flatMap((area) => [`## ${area}`, ...entries.filter(([code]) => areaOf(code) === area).map(section)]),
    '',
  ].join('\n\n');
}

function areaOf(code: string): string {
  return code.includes('.') ? (code.split('.')[0] ?? code) : 'document';
}

function exitCode(kind: ErrorClass, entries: readonly Entry[]): string {
  const code = entries.find(([, entry]) => entry.class === kind)?.[0];
  return code === undefined ? '–' : String(exitCodeOf(PerennialError.of(code)));
}

/** The status of most codes of a class; those that HTTP names more exactly say their own. */
function httpOf(kind: ErrorClass): string {
  return String(STATUS_OF_CLASS[kind]);
}

function statusLine([code, { class: kind }]: Entry): string {
  const status = statusOf(code);
  return status === STATUS_OF_CLASS[kind] ? `\`${kind}\`` : `\`${kind}\` · HTTP ${status}`;
}

function section([code, entry]: Entry): string {
  const lines = LOCALES.map((locale) => `- ${plain(entry.what[locale])}\n  → ${plain(entry.fix[locale])}`);
  return [`### ${code}`, statusLine([code, entry]), lines.join('\n')].join('\n\n');
}

/** Texts are no Markdown: what would be read as such is taken literally, but `code` stays code. */
function plain(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll(/[<*_[\]](?=(?:[^`]*`[^`]*`)*[^`]*$)/g, '\\$&');
}
