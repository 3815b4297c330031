import type { Answer, Caller } from '../api-world.ts';

/** What a browser sends with a form of ours: pages without a referrer have the origin `null`. */
export const FROM_PAGE = { origin: 'null', 'sec-fetch-site': 'same-origin' } as const;

/** Sends a form, as a press on a button does. */
export function submit(
  caller: Caller,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = FROM_PAGE,
): Promise<Answer> {
  return caller.send('POST', path, new URLSearchParams(fields).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  });
}

/** The hidden fields of the first form that goes to `path`, or of any form where none is named. */
export function hiddenFields(answer: Answer, path?: string): Readonly<Record<string, string>> {
  const forms = [...pageOf(answer).matchAll(/<form[^>]*?(?:action="([^"]*)")?[^>]*>([\s\S]*?)<\/form>/g)];
  const form = forms.find(([whole]) => path === undefined || whole.includes(`action="${path}"`))?.[2] ?? '';
  const found = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]));
}

export function pageOf({ body }: Answer): string {
  return String(body);
}

/** What stands on a page, without its marks. */
export function textOf(answer: Answer): string {
  return pageOf(answer)
    .replace(/[\s\S]*<main>/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The cookie of a session that an answer hands out. */
export function cookieOf(answer: Answer): string {
  return [answer.headers['set-cookie']].flat().map(String).join().split(';')[0] ?? '';
}
