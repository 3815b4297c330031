import test from 'ava';
import { stepId } from '../../cli/step-id.ts';
import type { Words } from '../../cli/seen.ts';

const step = (id: string, en: string, zh: string, kind = 'task') => ({ id, kind, name: { en, 'zh-CN': zh } });
const PLAYBOOK = {
  stages: [
    {
      id: 'contact',
      name: { en: 'First contact', 'zh-CN': '初步沟通' },
      steps: [step('first-call', 'Call the client', '致电客户'), step('intro', 'Introduction', '介绍', 'outreach')],
    },
    {
      id: 'review',
      name: { en: 'Contract review', 'zh-CN': '合同审核' },
      steps: [step('second-call', 'Call the client', '致电客户')],
    },
  ],
} as unknown as Words['playbook'];

const means = test.macro({
  exec(t, text: string, id: string, stage: string | null = 'contact') {
    t.is(stepId(PLAYBOOK, stage, text), id);
  },
  title: (_, text: string, id: string, stage?: string | null) =>
    `"${text}" is ${id}${stage === undefined ? '' : ` while ${stage} is in work`}`,
});
test(means, 'contact', 'contact');
test(means, 'First Contact', 'contact');
test(means, '合同审核', 'review');
test(means, ' 致电客户 ', 'first-call');
test(means, 'call the client', 'second-call', 'review');
test(means, 'first-call', 'first-call', 'review');
test(means, 'Introduction', 'Introduction');
test(means, 'escalation', 'escalation');

test('without a playbook a word stays what it is', (t) => {
  t.is(stepId(null, null, 'First contact'), 'First contact');
});
