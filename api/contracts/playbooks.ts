import { z } from 'zod';
import { MATCH_RESULTS, MATCHED_MAX } from '../../operations/playbooks/matches.ts';
import { defineRoute } from '../contract.ts';
import { finding } from './findings.ts';
import { civilDate, id, instant, line, localText } from './shapes.ts';

/** A text in JSON may be twice as long as it is in its file. */
const TEXT_LIMIT = 1024 * 1024;

const params = z.strictObject({ playbookId: id });
const version = z.string().regex(/^(?:latest|[1-9]\d{0,5})$/);
const versionParams = z.strictObject({ playbookId: id, version });
const status = z.enum(['published', 'retired']);
const tier = z.enum(['A', 'B', 'C']);

/** The text of a document, as it stands in its file. */
const text = z.string().meta({ description: 'YAML, as it stands in the file' });
const file = line(200, 1).optional().meta({ description: 'Name of the file, for the places of findings' });

const playbookItem = z
  .strictObject({
    id: z.string(),
    version: z.int().meta({ description: 'The newest' }),
    versions: z.int(),
    status,
    name: localText,
    description: localText,
    applies: z.string().meta({ description: 'Condition on client and contract' }),
    priority: z.int(),
    mode: z.enum(['standard', 'auto-renewing']),
    publishedAt: instant,
  })
  .meta({ id: 'PlaybookItem' });

export const listPlaybooks = defineRoute({
  id: 'listPlaybooks',
  method: 'GET',
  path: '/v1/playbooks',
  tag: 'playbooks',
  summary: { en: 'Published playbooks, each in its newest version', 'zh-CN': '已发布的流程方案（最新版）' },
  access: 'read Playbook',
  response: z.strictObject({ items: z.array(playbookItem) }),
});

export const playbookVersions = defineRoute({
  id: 'listPlaybookVersions',
  method: 'GET',
  path: '/v1/playbooks/:playbookId/versions',
  tag: 'playbooks',
  summary: { en: 'All versions of a playbook, the newest first', 'zh-CN': '流程方案的全部版本（由新到旧）' },
  access: 'read Playbook',
  params,
  response: z.strictObject({
    items: z.array(z.strictObject({ version: z.int(), digest: z.string(), status, publishedAt: instant })),
  }),
});

export const getPlaybook = defineRoute({
  id: 'getPlaybook',
  method: 'GET',
  path: '/v1/playbooks/:playbookId/versions/:version',
  tag: 'playbooks',
  summary: {
    en: 'One version of a playbook, as data and in plain sentences; `latest` is the newest',
    'zh-CN': '流程方案的某一版本（数据与文字说明；latest 为最新版）',
  },
  access: 'read Playbook',
  params: versionParams,
  response: z.strictObject({
    id: z.string(),
    version: z.int(),
    digest: z.string(),
    status,
    name: localText,
    description: localText,
    publishedAt: instant,
    /** The whole definition; its form is that of playbook.schema.json, with dates and spans taken apart. */
    playbook: z.record(z.string(), z.unknown()),
    sentences: z.array(z.string()).meta({ description: 'What it does, in the caller’s language' }),
  }),
});

export const getPlaybookYaml = defineRoute({
  id: 'getPlaybookYaml',
  method: 'GET',
  path: '/v1/playbooks/:playbookId/versions/:version/yaml',
  tag: 'playbooks',
  summary: {
    en: 'One version of a playbook as YAML, to be changed and published again',
    'zh-CN': '流程方案某一版本的 YAML 文件（可修改后重新发布）',
  },
  access: 'read Playbook',
  params: versionParams,
  produces: 'application/yaml',
  response: z.string(),
});

const documentChange = z
  .strictObject({
    kind: z.enum(['added', 'removed', 'changed', 'moved']),
    path: z.string().meta({ description: 'Dotted, with the ids of stages and steps: `stages.quote.steps.send.due`' }),
    before: z.unknown().meta({ description: 'Null where nothing stood; of what was moved its place, from 1' }),
    after: z.unknown(),
  })
  .meta({ id: 'DocumentChange' });

const difference = z
  .strictObject({
    changes: z.array(documentChange),
    sentences: z
      .array(z.strictObject({ kind: z.enum(['same', 'added', 'removed']), text: z.string() }))
      .meta({ description: 'Both descriptions in one, in the caller’s language' }),
  })
  .meta({ id: 'PlaybookDifference' });

export const comparePlaybooks = defineRoute({
  id: 'comparePlaybookVersions',
  method: 'GET',
  path: '/v1/playbooks/:playbookId/diff',
  tag: 'playbooks',
  summary: { en: 'What differs between two versions of a playbook', 'zh-CN': '比较流程方案的两个版本' },
  access: 'read Playbook',
  params,
  query: z.strictObject({
    from: version.optional().meta({ description: 'The one before `to` where left out' }),
    to: version.optional().meta({ description: 'The newest where left out' }),
  }),
  response: difference.extend({ from: z.int(), to: z.int() }),
});

export const checkPlaybook = defineRoute({
  id: 'checkPlaybook',
  method: 'POST',
  path: '/v1/playbooks/check',
  tag: 'playbooks',
  summary: {
    en: 'Check the text of a playbook, approval ladder or save-plan document; nothing is kept',
    'zh-CN': '检查流程方案、审批规则或挽留方案的文本（不保存）',
  },
  access: 'read Playbook',
  once: false,
  bodyLimit: TEXT_LIMIT,
  body: z.strictObject({ text, file }),
  response: z.strictObject({
    ok: z.boolean(),
    kind: z.enum(['playbook', 'approvals', 'save plans']).nullable(),
    id: z.string().nullable(),
    problems: z.array(finding),
    /** What a playbook without errors does, in plain sentences. */
    sentences: z.array(z.string()),
    /** The newest published version of the same playbook, and what would be otherwise; null where there is none. */
    published: difference.extend({ version: z.int() }).nullable(),
  }),
});

const playbookOrText = {
  playbookId: id.optional().meta({ description: 'Either this or `text`' }),
  version: z.int().min(1).optional().meta({ description: 'The newest where left out' }),
  text: text.optional(),
  file,
} as const;

const timelineEntry = z
  .strictObject({
    stage: z.string().nullable(),
    stageName: z.string().nullable(),
    step: z
      .string()
      .nullable()
      .meta({ description: '`50%` for a level of escalation, `timeout` for the longest wait' }),
    kind: z.enum(['opens', 'stage', 'due', 'task', 'mail', 'meeting', 'stalled', 'notice', 'end', 'lapses']),
    occurrence: z.int(),
    date: civilDate,
    at: instant,
    text: z.string().meta({ description: 'What happens, in the caller’s language' }),
    note: localText.nullable().meta({ description: 'Why the day is another than the rule alone would give' }),
    when: z.string().nullable().meta({ description: 'Only where this condition holds' }),
    provisional: z.boolean(),
  })
  .meta({ id: 'TimelineEntry' });

export const previewPlaybook = defineRoute({
  id: 'previewPlaybook',
  method: 'POST',
  path: '/v1/playbooks/timeline',
  tag: 'playbooks',
  summary: {
    en: 'What a playbook would do for a contract that ends on a day, if the client stays silent',
    'zh-CN': '预览流程方案的时间表（指定到期日，假设客户一直没有回应）',
  },
  access: 'read Playbook',
  once: false,
  bodyLimit: TEXT_LIMIT,
  body: z.strictObject({
    ...playbookOrText,
    endDate: civilDate,
    noticeDate: civilDate.nullable().optional(),
    tier: tier.optional().meta({ description: 'Leaves out what is for other tiers only' }),
    calendarId: id.optional().meta({ description: 'The team’s where left out' }),
  }),
  response: z.strictObject({
    playbook: z.string(),
    name: localText,
    version: z.int().nullable(),
    calendarId: z.string(),
    endDate: civilDate,
    noticeDate: civilDate.nullable(),
    items: z.array(timelineEntry),
  }),
});

export const matchPlaybook = defineRoute({
  id: 'matchPlaybook',
  method: 'POST',
  path: '/v1/playbooks/matches',
  tag: 'playbooks',
  summary: {
    en: 'For which renewals a playbook applies now, and what would become of each',
    'zh-CN': '流程方案目前适用于哪些续费，以及发布后的影响',
  },
  access: 'read Renewal',
  once: false,
  bodyLimit: TEXT_LIMIT,
  body: z.strictObject(playbookOrText),
  response: z.strictObject({
    looked: z.int().meta({ description: `Renewals looked at, by end date, at most ${MATCHED_MAX}` }),
    complete: z.boolean().meta({ description: 'Whether these were all that one may see' }),
    counts: z.strictObject(
      Object.fromEntries(MATCH_RESULTS.map((result) => [result, z.int()])) as Record<
        (typeof MATCH_RESULTS)[number],
        z.ZodInt
      >,
    ),
    first: z.array(
      z.strictObject({
        renewalId: z.string(),
        contractNumber: z.string(),
        clientName: z.string(),
        endDate: civilDate.nullable(),
        result: z.enum(MATCH_RESULTS),
        /** The playbook in the way. */
        other: z.strictObject({ id: z.string(), version: z.int().nullable() }).nullable(),
        reason: z.string(),
      }),
    ),
  }),
});

export const publishPlaybook = defineRoute({
  id: 'publishPlaybook',
  method: 'POST',
  path: '/v1/playbooks',
  tag: 'playbooks',
  summary: {
    en: 'Publish a playbook, approval ladder or save-plan document as the next version; running renewals keep theirs',
    'zh-CN': '发布流程方案、审批规则或挽留方案的新版本（进行中的续费沿用原版）',
  },
  access: 'publish Playbook',
  bodyLimit: TEXT_LIMIT,
  body: z.strictObject({
    text,
    file,
    basedOn: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'The version it was made from, 0 for none; where a newer one is there, nothing is done' }),
  }),
  response: z.strictObject({
    id: z.string(),
    version: z.int(),
    /** False where the newest version says the same already. */
    changed: z.boolean(),
    /** How many renewals look again because of it. */
    woken: z.int(),
    warnings: z.array(finding),
  }),
});
