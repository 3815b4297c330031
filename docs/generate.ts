import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { openApiDocument } from '../api/openapi.ts';
import { ROUTES } from '../api/routes/index.ts';
import { documentSchemaText } from '../domain/playbook/json-schema.ts';
import { errorsPage } from './generate-errors.ts';
import { statesPage } from './generate-states.ts';

// Writes every file that is made from code: `npm run docs:generate`. With `--check` it writes nothing and ends
// with 1 where a file differs, so that page and code never part.

const ROOT = new URL('..', import.meta.url);

const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/states.md': statesPage,
  'docs/errors.md': errorsPage,
  'docs/openapi.json': () => JSON.stringify(openApiDocument(ROUTES.map(({ contract }) => contract))),
  'playbooks/playbook.schema.json': documentSchemaText,
};

/** A generated file as it should stand on disk. */
export async function generatedText(file: string): Promise<string> {
  const make = GENERATED[file];
  if (make === undefined) throw new Error(`${file} is not generated`);
  const path = fileURLToPath(new URL(file, ROOT));
  return format(make(), { ...(await resolveConfig(path)), filepath: path });
}

export const GENERATED_FILES = Object.keys(GENERATED);

async function main(check: boolean): Promise<void> {
  for (const file of GENERATED_FILES) {
    const wanted = await generatedText(file);
    const path = new URL(file, ROOT);
    const found = await readFile(path, 'utf8').catch(() => '');
    if (found === wanted) continue;
    if (check) {
      process.stdout.write(`${file} differs from what the code says.\n`);
      process.exitCode = 1;
    } else {
      await writeFile(path, wanted);
      process.stdout.write(`${file} written\n`);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes('--check'));
