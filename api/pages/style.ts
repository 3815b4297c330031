import { createHash } from 'node:crypto';

/**
 * The one stylesheet of our pages: a column that fits a phone, the reader's own light or dark, and colours whose
 * contrast is 4.5 and more. No fonts, no pictures: nothing is fetched from anywhere.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #f4f5f8;
  --card: #ffffff;
  --line: #d5d9e0;
  --edge: #767d8a;
  --text: #1f2430;
  --soft: #535a68;
  --link: #0b57d0;
  --act: #0b57d0;
  --on-act: #ffffff;
  --bad: #b3261e;
  --bad-back: #fdeceb;
  --good: #186a3b;
  --good-back: #e7f5ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14161a;
    --card: #1f2228;
    --line: #3a3f4a;
    --edge: #8d94a1;
    --text: #e8eaed;
    --soft: #b3b8c2;
    --link: #8ab4f8;
    --act: #8ab4f8;
    --on-act: #10233f;
    --bad: #f6aea9;
    --bad-back: #3a2222;
    --good: #8fd6a8;
    --good-back: #1d3226;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0;
  background: var(--back);
  color: var(--text);
  font: 1rem/1.6 system-ui, -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei',
    'Noto Sans CJK SC', 'Noto Sans SC', sans-serif;
}
.page { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
.brand { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; color: var(--soft); margin: 0 0 1rem; }
.brand strong { color: var(--text); }
main { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.125rem; line-height: 1.4; margin: 2rem 0 .75rem; }
p, ul, ol { margin: 0 0 1rem; }
p, dd, td, li { overflow-wrap: anywhere; }
a { color: var(--link); }
.soft { color: var(--soft); }
.words { white-space: pre-line; }
dl { display: grid; grid-template-columns: minmax(7rem, 1fr) 2fr; gap: .375rem 1rem; margin: 0 0 1rem; }
dt { color: var(--soft); }
dd { margin: 0; }
.big { font-size: 1.25rem; font-weight: 600; }
table { width: 100%; border-collapse: collapse; margin: 0 0 1rem; }
caption { text-align: left; color: var(--soft); padding: 0 0 .5rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); }
td:last-child, th:last-child { padding-right: 0; }
.now td { font-weight: 600; }
.nowrap { white-space: nowrap; }
form { margin: 0 0 1rem; }
label { display: block; font-weight: 600; margin: 1rem 0 .25rem; }
.hint { color: var(--soft); font-size: .9375rem; margin: 0 0 .25rem; }
input, select, textarea {
  width: 100%;
  min-height: 2.75rem;
  padding: .5rem .75rem;
  border: 1px solid var(--edge);
  border-radius: .5rem;
  background: var(--card);
  color: var(--text);
  font: inherit;
}
textarea { min-height: 6.5rem; resize: vertical; }
button {
  min-height: 2.75rem;
  padding: .5rem 1.25rem;
  border: 1px solid var(--act);
  border-radius: .5rem;
  background: var(--act);
  color: var(--on-act);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button.other { background: transparent; color: var(--link); }
button.stop { background: transparent; border-color: var(--bad); color: var(--bad); }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0 0; }
.note { border-left: .25rem solid var(--edge); padding: .75rem 1rem; margin: 0 0 1rem; background: var(--back); border-radius: 0 .5rem .5rem 0; }
.note > :last-child { margin-bottom: 0; }
.note.bad { border-color: var(--bad); background: var(--bad-back); }
.note.good { border-color: var(--good); background: var(--good-back); }
details { border-top: 1px solid var(--line); padding: .75rem 0; }
details:last-of-type { border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
summary { cursor: pointer; font-weight: 600; color: var(--link); min-height: 1.75rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
@media (max-width: 30rem) {
  main { padding: 1.25rem 1rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin: 0 0 .625rem; }
  .buttons button { flex: 1 1 100%; }
}
`;

/** Its address changes with its content, so that browsers may keep it. */
export const STYLE_PATH = `/pages/${createHash('sha256').update(STYLE).digest('base64url').slice(0, 12)}.css`;
