#!/usr/bin/env node
// Verifies an exported history (JSON lines), with nothing but Node: no database, no server, none of the product's code.
//
//   node verify-export.mjs FILE [--heads HEADFILE …]
//
// Exit code 0: all is as it was exported; 1: faults, each named with its line; 2: the file cannot be read.
// With head files, which a deployment signs every hour, a file that was written anew as a whole is found too.
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const FORMAT = 'perennial-history/1';
const HEADS_FORMAT = 'perennial-heads/1';
const GENESIS = '0'.repeat(64);
const HASHED = [
  'renewalId',
  'entryId',
  'at',
  'kind',
  'name',
  'actor',
  'stage',
  'why',
  'detail',
  'playbook',
  'clientId',
];

const sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex');

/** JSON with sorted keys and no space: one text for one value. */
function canonical(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

function hashOf(entry) {
  const said = Object.fromEntries(HASHED.map((name) => [name, entry[name]]));
  return sha256(canonical({ ...said, seq: entry.seq, prev: entry.prev }));
}

/** The points that head files have seen, by renewal. */
export function readHeads(texts) {
  const points = new Map();
  for (const text of texts) {
    const [first = '', ...rest] = text.split('\n');
    if (JSON.parse(first).format !== HEADS_FORMAT) throw new Error('not a head file');
    for (const line of rest) {
      if (line === '') continue;
      const { id, seq, hash } = JSON.parse(line);
      if (id !== undefined) points.set(id, [...(points.get(id) ?? []), { seq, hash }]);
    }
  }
  return points;
}

/**
 * Checks the lines one after the other.
 *
 * @returns faults, each with its line, and what was checked
 */
export async function verifyLines(lines, points = new Map()) {
  const faults = [];
  const counts = { lines: 0, histories: 0, entries: 0 };
  const fault = (what, renewal, seq) => faults.push({ line: counts.lines, what, renewal, seq });
  let sum = sha256(FORMAT);
  let chain = null;
  let ended = false;

  const finish = () => {
    if (chain === null) return;
    const { id, head, last, seen, filtered } = chain;
    if (last === null && head.seq > 0 && !filtered) fault('the history has no entries, its head says otherwise', id, 1);
    if (last !== null && last.seq > head.seq) fault('there are entries behind the head', id, head.seq + 1);
    if (last !== null && last.seq < head.seq && !filtered) fault('the end of the history is cut off', id, last.seq + 1);
    if (last !== null && last.seq === head.seq && last.hash !== head.hash)
      fault('the last entry is not the head', id, head.seq);
    for (const point of points.get(id) ?? []) {
      if (point.seq > head.seq) fault('a head file has seen more entries than there are', id, head.seq + 1);
      const there = seen.get(point.seq);
      if (there !== undefined && there !== point.hash) fault('a head file has seen another entry here', id, point.seq);
    }
    chain = null;
  };

  let filtered = false;
  for await (const raw of lines) {
    if (raw === '' && ended) continue;
    counts.lines += 1;
    if (ended) fault('there is something behind the end of the file');
    const [, text, told] = /^(.*),"sum":"([0-9a-f]{64})"\}$/s.exec(raw) ?? [];
    let value;
    try {
      value = JSON.parse(raw);
    } catch {
      value = undefined;
    }
    if (text === undefined || value === undefined || typeof value !== 'object') {
      fault('the line is not one that was exported', chain?.id, value?.entry?.seq);
      sum = told ?? sum;
      continue;
    }
    const expected = sha256(`${sum}\n${text}`);
    if (told !== expected)
      fault('the line or its place was changed', value.entry?.renewalId ?? chain?.id, value.entry?.seq);
    // Goes on with what stands there: one changed line is one fault.
    sum = told;
    if (counts.lines === 1) {
      if (value.format !== FORMAT) fault('this is no exported history');
      filtered = value.filter?.from !== undefined || value.filter?.to !== undefined;
    } else if (value.history !== undefined) {
      finish();
      counts.histories += 1;
      chain = { id: value.history.renewalId, head: value.history.head, last: null, seen: new Map(), filtered };
    } else if (value.entry !== undefined) {
      counts.entries += 1;
      checkEntry(value.entry);
    } else if (value.end !== undefined) {
      finish();
      ended = true;
      for (const [name, said] of Object.entries(value.end)) {
        if (counts[name] !== said) fault(`the file has ${counts[name]} ${name}, ${said} were exported`);
      }
    } else {
      fault('a line of an unknown kind');
    }
  }
  if (!ended) fault('the file is cut off behind this line');
  return { ...counts, faults };

  function checkEntry(entry) {
    if (chain === null || entry.renewalId !== chain.id) {
      fault('an entry of another history', entry.renewalId, entry.seq);
      return;
    }
    const { last } = chain;
    if (hashOf(entry) !== entry.hash)
      fault('the entry says something else than it was written with', chain.id, entry.seq);
    const seq = last === null ? (filtered ? entry.seq : 1) : last.seq + 1;
    if (entry.seq !== seq) fault(`the entry is not in its place: ${seq} belongs here`, chain.id, entry.seq);
    else if (last !== null && entry.prev !== last.hash)
      fault('the entry does not follow the one before', chain.id, entry.seq);
    else if (last === null && entry.seq === 1 && entry.prev !== GENESIS)
      fault('the first entry follows another one', chain.id, 1);
    chain.last = entry;
    if (points.has(chain.id)) chain.seen.set(entry.seq, entry.hash);
  }
}

async function main(args) {
  const [file, option, ...heads] = args;
  if (file === undefined || (option !== undefined && (option !== '--heads' || heads.length === 0))) {
    process.stderr.write('node verify-export.mjs FILE [--heads HEADFILE …]\n');
    return 2;
  }
  try {
    const points = readHeads(heads.map((name) => readFileSync(name, 'utf8')));
    const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
    const { faults, ...counts } = await verifyLines(lines, points);
    for (const { line, what, renewal, seq } of faults) {
      const where = renewal === undefined ? '' : ` (${renewal}${seq === undefined ? '' : `, entry ${seq}`})`;
      process.stdout.write(`line ${line}: ${what}${where}\n`);
    }
    const { lines: n, histories, entries } = counts;
    const verdict = faults.length === 0 ? 'all as exported' : `${faults.length} faults`;
    process.stdout.write(`${n} lines, ${histories} histories, ${entries} entries: ${verdict}\n`);
    return faults.length === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${file}: ${error.message}\n`);
    return 2;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
