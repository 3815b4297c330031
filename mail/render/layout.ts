import type { Locale } from '../../domain/text.ts';
import { escapeHtml } from './markdown.ts';

const FONTS =
  "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,'PingFang SC','Hiragino Sans GB','Microsoft YaHei','Noto Sans CJK SC',sans-serif";

/** Mail clients that know dark mode get readable colours; the others keep the inline ones. */
const DARK = [
  '.page{background:#14161a!important}',
  '.card{background:#1f2228!important;border-color:#3a3f4a!important;color:#e8eaed!important}',
  '.foot{color:#a8adb8!important}',
  '.link{color:#8ab4f8!important}',
].join('');

/**
 * One column of at most 600 px, built from tables because mail clients still need them. No outside
 * resource: nothing is fetched when the mail is opened.
 *
 * @param body and @param footer are HTML that is already escaped; `title` is plain text
 */
export function htmlDocument(parts: {
  readonly locale: Locale;
  readonly title: string;
  readonly body: string;
  readonly footer: string;
}): string {
  const table = 'role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"';
  const card = `max-width:600px;margin:0 auto;background:#ffffff;border:1px solid #e1e4ea;border-radius:8px;color:#1f2430;text-align:left`;
  const footer =
    parts.footer === ''
      ? ''
      : `<tr><td class="foot" style="padding:0 32px 24px;font:13px/1.6 ${FONTS};color:#5b6270">${parts.footer}</td></tr>`;
  return `<!DOCTYPE html>
<html lang="${parts.locale}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(parts.title)}</title>
<style>:root{color-scheme:light dark}@media (prefers-color-scheme:dark){${DARK}}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f4f5f8">
<div role="article" lang="${parts.locale}" aria-label="${escapeHtml(parts.title)}">
<table class="page" ${table} style="background:#f4f5f8"><tr><td align="center" style="padding:24px 12px">
<table class="card" ${table} style="${card}">
<tr><td style="padding:32px 32px 8px;font:16px/1.6 ${FONTS};word-break:break-word">
${parts.body}
</td></tr>
${footer}</table>
</td></tr></table>
</div>
</body>
</html>
`;
}
