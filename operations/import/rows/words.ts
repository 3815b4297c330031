import type { ContactRole } from '../../../domain/people/contract.ts';
import type { Role } from '../../../domain/people/types.ts';
import type { Locale } from '../../../domain/text.ts';
import { wordKey } from './row-cells.ts';

/** The words of both languages for one choice. */
export function wordMap<T>(entries: readonly (readonly [T, string])[]): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const [value, words] of entries) for (const word of words.split('|')) map.set(wordKey(word), value);
  return map;
}

export const TIERS = wordMap<'A' | 'B' | 'C'>([
  ['A', 'A|A级|A类|大客户|大型|大型客户|重点客户|战略客户|KA|enterprise|large|key|key account|strategic|tier 1|1'],
  ['B', 'B|B级|B类|中型|中型客户|中客户|mid|medium|mid-market|midmarket|tier 2|2'],
  ['C', 'C|C级|C类|小型|小型客户|小客户|中小客户|small|smb|small business|tier 3|3'],
]);

export const YES_NO = wordMap<boolean>([
  [true, '是|有|自动|自动续约|对|y|yes|true|1|on|auto|√|✓|✔'],
  [false, '否|无|不|手动|不自动|不自动续约|n|no|false|0|off|manual|×|✗|✘|x'],
]);

export const LANGUAGES = wordMap<Locale>([
  ['zh-CN', 'zh-CN|zh|zh-Hans|cn|中文|汉语|简体中文|chinese|simplified chinese|mandarin'],
  ['en', 'en|en-US|en-GB|英文|英语|english'],
]);

export const CONTACT_ROLE_WORDS = wordMap<ContactRole>([
  ['decision-maker', 'decision-maker|decision maker|决策人|决策者|决策|负责人|老板|总经理|buyer|decider'],
  ['champion', 'champion|推动者|支持者|内部支持者|对接人|业务对接人|使用人|使用者|项目负责人|user|sponsor|advocate'],
  [
    'billing',
    'billing|billing contact|财务|财务联系人|账务联系人|付款联系人|开票联系人|付款|开票|finance|accounts payable|ap|invoice',
  ],
  ['legal', 'legal|legal contact|法务|法务联系人|合同联系人|法律|counsel'],
]);

export const ROLE_WORDS = wordMap<Role>([
  ['sales-rep', 'sales-rep|sales rep|rep|sales|销售代表|销售|客户经理|业务员|account manager|csm'],
  ['sales-manager', 'sales-manager|sales manager|manager|销售经理|销售主管|经理'],
  ['director', 'director|总监|销售总监|sales director'],
  ['general-manager', 'general-manager|general manager|gm|ceo|总经理'],
  ['legal', 'legal|法务|法务部'],
  ['finance', 'finance|财务|财务部'],
  ['client-rep', 'client-rep|client rep|client representative|客户代表|客户成功|客户成功经理'],
  ['ops', 'ops|operations|运营|销售运营'],
]);

/** The steps of the renewal process table, as the shipped playbooks name them. */
export const STAGES = wordMap<string>([
  ['contact', 'contact|first contact|初步沟通|沟通|首次沟通|初次沟通'],
  ['quote', 'quote|renewal quote|quotation|续费报价|报价'],
  ['review', 'review|contract review|legal review|合同审核|审核|法务审核|合同审批'],
  ['confirmation', 'confirmation|confirm|client confirmation|客户确认|确认'],
  ['payment', 'payment|payment processing|付款处理|付款|回款|收款'],
]);
