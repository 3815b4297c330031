import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { told } from '../told.ts';

const ARGS = [{ name: 'renewal' }] as const;
const OPTIONS = [{ flags: '--complaint <id>' }] as const;

export const commands: readonly CommandSpec[] = [
  { path: 'complaint' },
  complaintCommand('open', 'complaint opened'),
  complaintCommand('close', 'complaint closed'),
];

/** Opening and closing differ in which complaints may be named. */
function complaintCommand(word: 'open' | 'close', kind: 'complaint opened' | 'complaint closed'): CommandSpec {
  return {
    path: `complaint ${word}`,
    args: ARGS,
    options: OPTIONS,
    async run(run, input) {
      await act(run, input.arg(0), async (acting) => {
        const { complaintToOpen, complaintToClose } = await import('../../operations/client-word.ts');
        const choose = word === 'open' ? complaintToOpen : complaintToClose;
        const complaintId = await choose(acting.context.db, acting.renewal._id, input.text('complaint'));
        return told(run, acting, kind, { complaintId }, (now) => ({
          text: run.t(word === 'open' ? 'cli:did.complaint_open' : 'cli:did.complaint_close', {
            contract: now.contractNumber,
            complaint: complaintId,
          }),
          follows: now.atRisk ? [run.style.bad(`▲ ${run.t('cli:told.at_risk')}`)] : [],
          data: { complaint: complaintId },
        }));
      });
    },
  };
}
