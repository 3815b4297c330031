import { act } from '../act.ts';
import type { CommandSpec } from '../command-spec.ts';
import { riskLines, told } from '../told.ts';

const ARGS = [{ name: 'renewal' }] as const;
const OPTIONS = [{ flags: '--complaint <id>' }] as const;

export const commands: readonly CommandSpec[] = [
  { path: 'complaint' },
  complaintCommand('open'),
  complaintCommand('close'),
];

/** Opening and closing differ in which complaints may be named. */
function complaintCommand(word: 'open' | 'close'): CommandSpec {
  return {
    path: `complaint ${word}`,
    where: 'both',
    args: ARGS,
    options: OPTIONS,
    async run(run, input) {
      const named = input.text('complaint');
      await act(run, input.arg(0), async ({ reach, renewal, params, key }) => {
        const { closeComplaint, openComplaint } = reach.routes;
        const body = named === undefined ? {} : { complaintId: named };
        const route = word === 'open' ? openComplaint : closeComplaint;
        const answer = await reach.call(route, { params, body }, key);
        const { complaintId } = answer;
        return told(run, answer, {
          text: run.t(word === 'open' ? 'cli:did.complaint_open' : 'cli:did.complaint_close', {
            contract: renewal.contractNumber,
            complaint: complaintId,
          }),
          follows: riskLines(run, answer),
          data: { complaint: complaintId },
        });
      });
    },
  };
}
