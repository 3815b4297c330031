import test from 'ava';
import { field } from '../../../api/pages/layout.ts';
import { html } from '../../../api/pages/markup.ts';
import { INVITATION_SCRIPT } from '../../../api/pages/invitation-script.ts';
import { parseStrictForm } from '../../../api/http/forms.ts';
import { STYLE } from '../../../api/pages/style.ts';

const EVIL = `"><script>alert('x')</script>&amp;`;

test('what comes from outside is text, between tags and in attributes', (t) => {
  const { text } = html`<p title="${EVIL}">${EVIL}</p>`;
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;';
  t.is(text, `<p title="${escaped}">${escaped}</p>`);
  const box = field({ name: 'a', label: EVIL, hint: EVIL, value: EVIL }).text;
  t.false(box.includes('<script'));
  t.false(field({ name: 'a', label: 'a', long: true, value: '</textarea><script>' }).text.includes('<script'));
});

test('a template in a template is taken as it is, and lists, null and false leave no words', (t) => {
  const items = ['<a>', 2].map((one) => html`<li>${one}</li>`);
  t.is(html`${items}${null}${false}${[]}!`.text, '<li>&lt;a&gt;</li><li>2</li>!');
});

test('a form is read strictly', (t) => {
  const read = (text: string) => parseStrictForm(Buffer.from(text));
  t.deepEqual(read('a=1+2&b=%E4%BD%A0&c=x%0D%0Ay&d'), { a: '1 2', b: '你', c: 'x\ny', d: '' });
  t.deepEqual(read(''), {});
  for (const wrong of ['a=1&a=2', 'a=%', 'a=%ff', '%zz=1']) {
    t.throws(() => read(wrong), { message: /./ }, wrong);
  }
  t.throws(() => parseStrictForm(Buffer.from([0x61, 0x3d, 0xff])));
  t.throws(() => read(Array.from({ length: 60 }, (_, i) => `f${i}=1`).join('&')));
});

test('style and script name no address: nothing is fetched from elsewhere', (t) => {
  for (const text of [STYLE, INVITATION_SCRIPT]) t.notRegex(text, /url\(|@import|https?:|\/\//);
});

/** Relative luminance and contrast, as WCAG 2 defines them. */
function contrast(one: string, other: string): number {
  const light = (hex: string) => {
    const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
    const [r = 0, g = 0, b = 0] = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low = 0, high = 0] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

test('texts have a contrast of 4.5 and edges of fields 3, by day and by night', (t) => {
  const [day = '', night = ''] = STYLE.split('@media (prefers-color-scheme: dark)');
  const coloursOf = (css: string) =>
    new Map([...css.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]));
  for (const colours of [coloursOf(day), coloursOf(night)]) {
    const pair = (a: string, b: string) => contrast(colours.get(a) ?? '', colours.get(b) ?? '');
    for (const ink of ['text', 'soft', 'link', 'bad']) {
      t.true(pair(ink, 'card') >= 4.5, `${ink} on card: ${pair(ink, 'card')}`);
      t.true(pair(ink, 'back') >= 4.5, `${ink} on back: ${pair(ink, 'back')}`);
    }
    t.true(pair('on-act', 'act') >= 4.5);
    t.true(pair('text', 'bad-back') >= 4.5);
    t.true(pair('text', 'good-back') >= 4.5);
    t.true(pair('edge', 'card') >= 3);
  }
});
