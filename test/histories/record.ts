import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { openRehearsalServer } from '../helpers/rehearsal.ts';
import type { RehearsalClient } from '../helpers/rehearsal.ts';
import { closeServer } from '../workflows/run.ts';
import { HISTORIES, STORIES } from './stories.ts';

// Plays every story and keeps its histories under the version of the product. What is kept is never changed:
// a released version stands for renewals that are still on their way somewhere.

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const folder = join(HISTORIES, `v${version}`);
if (existsSync(folder)) {
  process.stderr.write(`The histories of ${version} are there already. Raise the version first.\n`);
  process.exitCode = 1;
} else {
  await record();
}

async function record(): Promise<void> {
  const plain = await openRehearsalServer();
  const early = await openRehearsalServer(['limit.historyCount.suggestContinueAsNew=30']);
  try {
    const files = new Map<string, string>();
    for (const story of STORIES) {
      const { opened, workflowIds } = await story.play(story.continued ? early : plain);
      for (const [i, workflowId] of workflowIds.entries()) {
        for (const [n, text] of (await historiesOf(opened.worker.rehearsal, workflowId)).entries()) {
          files.set(`${story.name}.${i + n + 1}.json`, text);
        }
      }
    }
    mkdirSync(folder);
    for (const [file, text] of files) writeFileSync(join(folder, file), text);
    process.stdout.write(`${[...files.keys()].join('\n')}\n`);
  } finally {
    await closeServer(plain);
    await closeServer(early);
  }
}

/** The histories of all runs, the oldest first. */
async function historiesOf(client: RehearsalClient, workflowId: string): Promise<readonly string[]> {
  const texts: string[] = [];
  let runId: string | undefined;
  do {
    const history = await client.getHandle(workflowId, runId).fetchHistory();
    const json: unknown = JSON.parse(historyToJSON(history));
    const text = `${JSON.stringify({ workflowId, history: json })}\n`;
    if (text.includes(hostname())) throw new Error('a history names this machine');
    texts.unshift(text);
    runId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? undefined;
  } while (runId);
  return texts;
}
