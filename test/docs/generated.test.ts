import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { GENERATED_FILES, generatedText } from '../../docs/generate.ts';
import { stateDiagram, table } from '../../docs/markdown.ts';
import { ROOT } from '../architecture/source-tree.ts';

for (const file of GENERATED_FILES) {
  test(`${file} says what the code says (else: npm run docs:generate)`, async (t) => {
    t.is(await readFile(join(ROOT, file), 'utf8'), await generatedText(file));
  });
}

test('a diagram gives every state an id that Mermaid can read', (t) => {
  const text = stateDiagram(['data-needed', 'in work'], [{ from: 'data-needed', to: 'in work', label: 'complete' }]);
  t.true(text.includes('state "data-needed" as data_needed'));
  t.true(text.includes('data_needed --> in_work: complete'));
});

test('a table keeps a bar in a cell out of its columns', (t) => {
  t.is(table(['a'], [['x|y']]), '| a |\n| --- |\n| x\\|y |');
});
