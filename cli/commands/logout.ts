import { PerennialError } from '../../domain/errors/index.ts';
import type { CommandSpec } from '../command-spec.ts';
import { UsageError } from '../failure.ts';
import { keep, keptServers, serverUrl } from '../reach/credentials.ts';
import type { Kept } from '../reach/credentials.ts';
import { TokenCaller } from '../reach/there.ts';
import type { Run } from '../run.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'logout',
    where: 'both',
    async run(run) {
      const { server } = run.options;
      if (server === undefined) throw UsageError.of('remote.server_needed');
      const url = serverUrl(server);
      const kept = (await keptServers(run))[url];
      if (kept === undefined) throw UsageError.of('remote.token_needed', { url });
      const revoked = await takenBack(run, url, kept);
      await keep(run, url, null);
      run.print(
        { server: url, email: kept.email, revoked },
        () =>
          `${run.style.good('✓')} ${run.t(revoked ? 'cli:logout.revoked' : 'cli:logout.forgotten', { server: url })}`,
      );
    },
  },
];

/** False where it was made elsewhere, and may be used there, or where it holds no more anyway. */
async function takenBack(run: Run, url: string, { token, tokenId }: Kept): Promise<boolean> {
  if (tokenId === null) return false;
  const { revokeToken } = await import('../../api/contracts/session.ts');
  try {
    await new TokenCaller(run, url, token).call(revokeToken, { params: { tokenId } });
    return true;
  } catch (error) {
    if (error instanceof PerennialError && error.problems[0]?.code === 'remote.token_refused') return false;
    throw error;
  }
}
