import { randomInt } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { excerpt, PerennialError, problem, warning } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { Environment, OnServiceEvent, ServiceName } from '../progress.ts';
import { SERVICE_TITLES } from '../progress.ts';

export type PortName = 'temporal' | 'temporal-ui' | 'mongo' | 'mail' | 'api';

const VARIABLES: Readonly<Record<PortName, string>> = {
  temporal: 'PERENNIAL_TEMPORAL_PORT',
  'temporal-ui': 'PERENNIAL_TEMPORAL_UI_PORT',
  mongo: 'PERENNIAL_MONGO_PORT',
  mail: 'PERENNIAL_SMTP_PORT',
  // An address, not a port: whoever has set it does not ask here.
  api: 'PERENNIAL_HTTP',
};
/** Below the range from which systems take ports for outgoing connections, so that one of those is never in the way. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

/** The ports of one data folder: chosen once, remembered, so that addresses stay the same over restarts. */
export class PortBook {
  readonly #file: string;
  readonly #env: Environment;
  readonly #onEvent: OnServiceEvent;
  readonly #ports: Map<string, number>;

  constructor(dataDir: string, env: Environment, onEvent: OnServiceEvent) {
    this.#file = join(dataDir, 'ports.json');
    this.#env = env;
    this.#onEvent = onEvent;
    this.#ports = readPorts(this.#file);
  }

  /**
   * A free port on 127.0.0.1: the one set in the environment, else the remembered one, else a new one.
   * @throws PerennialError `services.port_taken` or `services.port_invalid` for a port set in the environment.
   */
  async choose(name: PortName, service: ServiceName): Promise<number> {
    const variable = VARIABLES[name];
    const title = SERVICE_TITLES[service];
    const fixed = this.#env[variable];
    if (fixed !== undefined && fixed !== '') {
      const port = Number(fixed);
      if (!isPort(port)) {
        throw PerennialError.of('services.port_invalid', { variable, value: excerpt(fixed) });
      }
      if (await isPortFree(port)) return port;
      throw PerennialError.of('services.port_taken', { service: title, port, variable });
    }
    const remembered = this.#ports.get(name);
    if (remembered !== undefined && (await isPortFree(remembered))) return remembered;
    const used = await this.#newPort();
    if (remembered !== undefined) {
      const params = { service: title, port: remembered, used, variable };
      this.#onEvent({ kind: 'port-moved', service, problem: warning('services.port_moved', params) });
    }
    this.#ports.set(name, used);
    this.#save();
    return used;
  }

  async #newPort(): Promise<number> {
    const given = new Set(this.#ports.values());
    for (;;) {
      const port = randomInt(FIRST_PORT, LAST_PORT);
      if (!given.has(port) && (await isPortFree(port))) return port;
    }
  }

  #save(): void {
    const partial = `${this.#file}.${process.pid}`;
    writeFileSync(partial, `${JSON.stringify(Object.fromEntries(this.#ports), null, 2)}\n`);
    renameSync(partial, this.#file);
  }
}

/** The ports of the environment that are none, all at once. */
export function portProblems(env: Environment): readonly Problem[] {
  return Object.values(VARIABLES).flatMap((variable) => {
    const value = env[variable];
    if (value === undefined || value === '' || isPort(Number(value))) return [];
    return [problem('services.port_invalid', { variable, value: excerpt(value) }, { field: variable })];
  });
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** Whether a server could listen there now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function readPorts(file: string): Map<string, number> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value !== 'object' || value === null) return new Map();
    return new Map(Object.entries(value).filter((entry): entry is [string, number] => Number.isInteger(entry[1])));
  } catch {
    // Absent or torn: ports are chosen anew.
    return new Map();
  }
}
