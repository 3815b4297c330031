import { parseArgs } from 'node:util';
import { benchCore } from './core.ts';
import { benchEngine } from './engine/engine.ts';
import { tellEveryEnd } from './every-end.ts';
import { benchImport } from './import.ts';
import { keeps, showPart } from './report/figures.ts';
import type { Part } from './report/figures.ts';
import { describeMachine, showMachine } from './report/machine.ts';

// npm run bench [-- --json] [-- --only core|engine|import] [-- --quick] [-- --profile DIR]
// Figures go to standard output, progress to standard error. A missed budget is reported, it is no failure; a bench
// that breaks off says why and ends with another exit code than 0.

const PARTS = ['core', 'engine', 'import'] as const;
type PartId = Part['id'];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
});
const only = PARTS.find((part) => part === values.only);
if (values.only !== undefined && only === undefined) {
  process.stderr.write(`--only takes one of: ${PARTS.join(', ')}\n`);
  process.exit(2);
}

const begun = Date.now();
const say = (line: string) =>
  void process.stderr.write(`${String(Math.round((Date.now() - begun) / 1000)).padStart(5)} s  ${line}\n`);
const end = tellEveryEnd(say);
const machine = await describeMachine();
const parts: Part[] = [];
for (const id of only === undefined ? PARTS : [only]) parts.push(await measure(id));

if (values.json) {
  const measured = parts.map((part) => ({
    ...part,
    figures: part.figures.map((figure) => ({ ...figure, kept: keeps(figure) ?? null })),
  }));
  process.stdout.write(`${JSON.stringify({ machine, quick: values.quick, parts: measured }, null, 2)}\n`);
} else {
  const head = values.quick
    ? `${showMachine(machine)}\nquick: small sizes, for trying the bench itself`
    : showMachine(machine);
  process.stdout.write(`${[head, ...parts.map(showPart)].join('\n\n')}\n`);
}

end.done();

async function measure(id: PartId): Promise<Part> {
  const { quick, profile } = values;
  const common = { say, runs: 3, ...(profile === undefined ? {} : { profile }) };
  switch (id) {
    case 'core':
      return benchCore({ ...common, runs: 5, millis: quick ? 500 : 3000 });
    case 'engine':
      return benchEngine({ ...common, renewals: quick ? 4 : 40, atOnce: quick ? 4 : 10 });
    case 'import':
      return benchImport({ ...common, contracts: quick ? 2000 : 20_000, started: quick ? 50 : 500 });
    default:
      return id satisfies never;
  }
}
