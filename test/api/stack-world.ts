import { localDate } from '../../domain/time/index.ts';
import type { CivilDate } from '../../domain/time/index.ts';
import { compileZone } from '../../operations/calendars/zone-offsets.ts';
import { sampleContracts } from '../../operations/import/sample.ts';
import { eventually } from '../helpers/eventually.ts';
import { Stack } from '../helpers/stack.ts';
import { giveAccounts, openApi } from './api-world.ts';
import type { Api } from './api-world.ts';

export interface StackWorld {
  readonly stack: Stack;
  readonly api: Api;
  /** Where the sample's team is. */
  readonly today: CivilDate;
}

/** The names of the people of the sample's team, as their addresses. */
export const mail = (name: string): string => `${name}@example.com`;

/** The whole product with contracts of the sample. Every workflow has judged: what is open stands in the read model. */
export async function openSampleStack(
  count: number,
  names: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Omit<StackWorld, 'api'>> {
  const stack = await Stack.open({ env });
  try {
    const year = Number(stack.now().slice(0, 4));
    const today = localDate(compileZone('Asia/Shanghai', year, year), stack.now());
    await stack.importContracts(sampleContracts({ today, count, locale: 'en' }));
    await giveAccounts(stack.context, names.map(mail));
    const { renewals } = stack.context.db;
    await eventually('the first looks', async () => (await renewals.countDocuments()) === count);
    return { stack, today };
  } catch (error) {
    await stack.close();
    throw error;
  }
}

/** That, and the API for the people named, who have accounts. */
export async function openStackWorld(count: number, names: readonly string[]): Promise<StackWorld> {
  const { stack, today } = await openSampleStack(count, names);
  return { stack, today, api: await openApi(stack.context) };
}

export async function closeStackWorld({ stack, api }: Partial<StackWorld>): Promise<void> {
  await api?.close();
  await stack?.close();
}
