import type { LocalText } from '../../domain/text.ts';

/** What a column can mean. `aliases` are compared without case, blanks, dashes, dots and underscores. */
export interface FieldSpec {
  readonly label: LocalText;
  readonly aliases: readonly string[];
  /** The table is refused without a column for it. */
  readonly required?: true;
}

const field = (zh: string, en: string, aliases: string, required?: 'required'): FieldSpec => ({
  label: { en, 'zh-CN': zh },
  aliases: [zh, en, ...aliases.split('|')],
  ...(required === undefined ? {} : { required: true }),
});

export const CONTRACT_FIELDS = {
  number: field(
    '合同编号',
    'contract number',
    '合同号|合同编码|合约编号|合约号|协议编号|编号|contract no|contract id|contract|contract #|number|no|agreement number',
    'required',
  ),
  client: field(
    '客户名称',
    'client',
    '客户|客户公司|公司名称|企业名称|单位名称|甲方|client name|customer|customer name|company|company name|account|account name',
    'required',
  ),
  tier: field(
    '客户等级',
    'tier',
    '客户分级|客户级别|等级|级别|分级|client tier|customer tier|segment|client segment|size',
  ),
  product: field('产品', 'product', '产品名称|产品线|服务|服务内容|合同标的|product name|service|plan|subscription'),
  startDate: field(
    '合同开始日期',
    'start date',
    '开始日期|起始日期|合同起始日|合同起始日期|合同开始日|生效日期|生效日|起始日|开始日|start|contract start|contract start date|effective date|begin date|term start',
  ),
  endDate: field(
    '合同到期日',
    'end date',
    '到期日|到期日期|合同到期日期|合同结束日期|合同结束日|合同终止日期|结束日期|终止日期|截止日期|失效日期|有效期至|end|contract end|contract end date|expiry|expiry date|expiration date|expires|expires on|renewal date|term end',
    'required',
  ),
  noticeDate: field(
    '通知截止日',
    'notice date',
    '通知截止日期|解约通知截止日|不续约通知截止日|notice deadline|notice by|cancellation deadline|termination notice date|cancel by',
  ),
  noticeDays: field(
    '提前通知天数',
    'notice days',
    '通知天数|提前通知期|通知期|通知期天数|提前通知|notice period|notice period days|days notice|notice|cancellation notice days',
  ),
  termMonths: field(
    '期限月数',
    'term months',
    '期限|合同期限|合同期限月|合同期限月数|续约期限|服务期限|月数|term|term length|contract term|months|duration|duration months',
  ),
  autoRenew: field(
    '自动续约',
    'auto renew',
    '是否自动续约|自动续费|是否自动续费|自动延期|auto renewal|autorenewal|auto-renewing|automatic renewal|renews automatically',
  ),
  amount: field(
    '合同金额',
    'amount',
    '金额|合同额|合同总额|合同总金额|年费|年度金额|合同价|contract amount|contract value|value|price|total|acv|arr|annual value|annual amount',
    'required',
  ),
  currency: field('币种', 'currency', '货币|货币种类|结算币种|合同币种|currency code|ccy'),
  target: field(
    '目标金额',
    'target amount',
    '续费目标|续费目标金额|续费金额|预计续费金额|目标续费金额|target|renewal target|renewal amount|expected amount',
  ),
  paymentDays: field(
    '账期',
    'payment days',
    '账期天数|付款账期|付款天数|付款期限|回款账期|payment terms|payment term|payment terms days|net days|net|credit days',
  ),
  contactName: field(
    '联系人',
    'contact',
    '联系人姓名|客户联系人|主要联系人|第一联系人|第一联系人姓名|对接人|联系人1|contact name|contact person|primary contact|contact 1|contact 1 name|姓名',
  ),
  contactEmail: field(
    '联系人邮箱',
    'contact email',
    '联系邮箱|客户邮箱|邮箱|电子邮箱|电子邮件|邮件|邮箱地址|第一联系人邮箱|联系人1邮箱|email|e-mail|email address|client email|customer email|primary contact email|contact 1 email|mail',
  ),
  contactPhone: field(
    '联系人电话',
    'contact phone',
    '电话|联系电话|手机|手机号|手机号码|联系人手机|联系方式|第一联系人电话|phone|telephone|mobile|phone number|tel|contact 1 phone',
  ),
  contactRole: field('联系人角色', 'contact role', '联系人职责|联系人身份|第一联系人角色|contact type|contact 1 role'),
  contact2Name: field(
    '第二联系人',
    'second contact',
    '第二联系人姓名|联系人2|联系人2姓名|备用联系人|其他联系人|second contact name|contact 2|contact 2 name|secondary contact|other contact',
  ),
  contact2Email: field(
    '第二联系人邮箱',
    'second contact email',
    '联系人2邮箱|备用联系人邮箱|contact 2 email|secondary contact email|second email|other email',
  ),
  contact2Phone: field(
    '第二联系人电话',
    'second contact phone',
    '联系人2电话|备用联系人电话|contact 2 phone|secondary contact phone',
  ),
  contact2Role: field(
    '第二联系人角色',
    'second contact role',
    '联系人2角色|备用联系人角色|contact 2 role|secondary contact role',
  ),
  locale: field('语言', 'language', '沟通语言|客户语言|邮件语言|locale|lang|client language|preferred language'),
  zone: field('时区', 'time zone', '客户时区|所在时区|timezone|zone|tz|client time zone'),
  calendar: field(
    '客户日历',
    'calendar',
    '工作日历|节假日日历|日历|client calendar|business calendar|holiday calendar|working calendar',
  ),
  owner: field(
    '客户经理',
    'owner',
    '负责人|销售代表|销售|业务员|跟进人|续费负责人|客户负责人|责任人|account manager|sales rep|rep|csm|account owner|contract owner|responsible|manager',
  ),
  stage: field(
    '当前步骤',
    'stage',
    '当前阶段|步骤|阶段|续费阶段|续费步骤|current stage|step|current step|renewal stage',
  ),
  stageSince: field(
    '步骤开始日期',
    'stage since',
    '阶段开始日期|步骤开始日|当前步骤开始日期|阶段开始日|进入阶段日期|stage start|stage start date|step start|step since',
  ),
  remarks: field('备注', 'remarks', '说明|备注说明|注释|note|notes|remark|comment|comments|memo'),
  healthScore: field(
    '健康分',
    'health score',
    '健康度|客户健康分|客户健康度|健康评分|health|client health|customer health|customer health score',
  ),
  rootCause: field(
    '流失风险原因',
    'root cause',
    '根因|风险根因|风险原因|流失原因|cause|risk reason|risk cause|churn reason',
  ),
  tenant: field(
    '租户',
    'tenant',
    '租户id|所属公司|所属租户|tenant id|tenantid|organization id|organisation id|workspace',
  ),
} as const satisfies Record<string, FieldSpec>;

export type ContractField = keyof typeof CONTRACT_FIELDS;

export const TEAM_FIELDS = {
  name: field('姓名', 'name', '员工姓名|名字|成员|full name|person|member|employee', 'required'),
  email: field(
    '邮箱',
    'email',
    '电子邮箱|电子邮件|邮箱地址|工作邮箱|邮件|e-mail|email address|mail|work email',
    'required',
  ),
  roles: field('角色', 'roles', '岗位|职位|职务|职责|role|position|job|job title|title', 'required'),
  manager: field(
    '上级',
    'manager',
    '直属上级|上级邮箱|主管|汇报对象|直接主管|manager email|reports to|supervisor|line manager',
  ),
  locale: field('语言', 'language', '界面语言|邮件语言|locale|lang|preferred language'),
  zone: field('时区', 'time zone', '所在时区|timezone|zone|tz'),
  tenant: field('租户', 'tenant', '租户id|所属租户|tenant id|tenantid|workspace'),
} as const satisfies Record<string, FieldSpec>;

export type TeamField = keyof typeof TEAM_FIELDS;

/** Columns of an errors file: read over in silence when the mended file comes back. */
export const ERROR_COLUMNS = ['错误/Error', '怎么改/How to fix'] as const;
