/** The smallest playbook that says everything it must; tests change single lines of it. */
export const SAMPLE = `playbook: sample
name: { en: Sample, zh-CN: 示例 }
applies: client.tier == "B" && !contract.autoRenew
opens: 120 days before end
lapses: 30 days after end
approvals: discount-ladder
save plans: standard
outreach:
  window: 09:00 to 17:00
  at most: 6 in 60 days
  catch up: 5 days
  quiet: 20 hours
stages:
  - stage: contact
    name: { en: First contact, zh-CN: 初步沟通 }
    owner: sales-rep
    starts: 120 days before end
    due: 5 business days
    steps:
      - task: call
        name: { en: Call the client, zh-CN: 致电客户 }
        due: 2 business days
      - outreach: intro
        template: renewal-intro
        to: decision-maker
        at: [120 days before end, 90 days before end, 60 days before end]
        stop on: [reply, meeting booked, opted out, bounce]
        at most: 3 in 60 days
    done when: client contacted
    stalled:
      - at: 50% of due → warn the owner
      - at: 100% of due → escalate to manager
      - at: 200% of due → escalate to director
    timeout: 10 business days → escalate to director
  - stage: payment
    name: { en: Payment, zh-CN: 付款处理 }
    owner: finance
    starts: 3 business days after stage
    due: 5 business days
    waits for: client
    done when: [payment received]
    timeout: 60 days -> escalate to director
risk:
  - rule: low-health
    when: health.known && health.score < 50
    do: open save plan for low-use; hold outreach except legal notices
payment:
  invoice due: 30 days
  suspend after: 14 days
  close after: 30 days
`;

/** The sample with one piece of its text replaced; the piece must be there. */
export function sampleWith(part: string, by: string): string {
  if (!SAMPLE.includes(part)) throw new Error(`the sample has no ${part}`);
  return SAMPLE.replace(part, by);
}
