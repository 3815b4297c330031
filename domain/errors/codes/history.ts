import type { ErrorEntries } from '../entry.ts';

/** The store behind a renewal: what a decision reads, and the history with its chain. */
export const historyCodes = {
  'store.contract_missing': {
    class: 'missing',
    what: { en: 'There is no contract "{id}"', 'zh-CN': '找不到合同“{id}”' },
    fix: {
      en: 'Import the contract again; the renewal goes on by itself once it is there',
      'zh-CN': '请重新导入该合同，导入后续费会自动继续',
    },
  },
  'store.client_missing': {
    class: 'missing',
    what: {
      en: 'Contract {contract} belongs to the client "{id}", which does not exist',
      'zh-CN': '合同 {contract} 所属的客户“{id}”不存在',
    },
    fix: {
      en: 'Import the client again; the renewal goes on by itself once it is there',
      'zh-CN': '请重新导入该客户，导入后续费会自动继续',
    },
  },
  'store.calendar_missing': {
    class: 'missing',
    what: { en: 'There is no calendar "{id}"', 'zh-CN': '找不到工作日历“{id}”' },
    fix: {
      en: 'Add that calendar or give the client one of: {known}',
      'zh-CN': '请添加该日历，或为客户改用已有日历：{known}',
    },
  },
  'store.version_missing': {
    class: 'missing',
    what: { en: 'The version "{key}" is not in the database', 'zh-CN': '数据库中没有版本“{key}”' },
    fix: {
      en: 'Versions are never deleted; restore the database from a backup that has it',
      'zh-CN': '已发布的版本不应被删除，请从包含该版本的备份中恢复数据库',
    },
  },
  'store.person_missing': {
    class: 'missing',
    what: { en: 'Nobody in the team is called "{who}"', 'zh-CN': '团队中找不到“{who}”' },
    fix: {
      en: 'Use an e-mail address or a full name of the team{hint}',
      'zh-CN': '请填写团队成员的邮箱或完整姓名{hint}',
    },
  },
  'store.person_ambiguous': {
    class: 'conflict',
    what: { en: 'Several people are called "{who}"', 'zh-CN': '有多位成员叫“{who}”' },
    fix: { en: 'Use the e-mail address: {known}', 'zh-CN': '请改用邮箱：{known}' },
  },
  'store.cursor': {
    class: 'invalid',
    what: { en: '"{value}" is not the mark of a page', 'zh-CN': '“{value}”不是有效的翻页标记' },
    fix: { en: 'Start again from the first page', 'zh-CN': '请从第一页重新开始' },
  },
  'store.term_moved': {
    class: 'conflict',
    what: {
      en: "Contract {number} is in term {current}; term {wanted} can't follow on it",
      'zh-CN': '合同 {number} 当前为第 {current} 期，无法直接进入第 {wanted} 期',
    },
    fix: {
      en: 'Compare the contract with its signed document and import it again',
      'zh-CN': '请核对已签署的合同，并重新导入',
    },
  },
  'store.index_missing': {
    class: 'unavailable',
    what: {
      en: 'The database lacks the unique index {index} on {collection}: a renewal could run twice',
      'zh-CN': '数据库集合 {collection} 缺少唯一索引 {index}，同一续费可能会重复执行',
    },
    fix: {
      en: 'Start the engine once with the right to create indexes; if that fails, remove the duplicates it names',
      'zh-CN': '请以有建索引权限的账号启动一次；如果失败，请先清除提示中的重复数据',
    },
  },
  'history.edited': {
    class: 'conflict',
    what: {
      en: 'History of {id}: entry {seq} was changed after it was written',
      'zh-CN': '{id} 的历史记录：第 {seq} 条写入后被改动过',
    },
    fix: {
      en: 'Compare it with the event history in Temporal and with a backup from before',
      'zh-CN': '请与 Temporal 的事件历史及此前的备份核对',
    },
  },
  'history.missing': {
    class: 'conflict',
    what: { en: 'History of {id}: entry {seq} is missing', 'zh-CN': '{id} 的历史记录：缺少第 {seq} 条' },
    fix: {
      en: "Restore the entry from a backup; Temporal's event history shows what it said",
      'zh-CN': '请从备份中恢复该条；其内容可在 Temporal 的事件历史中查到',
    },
  },
  'history.reordered': {
    class: 'conflict',
    what: {
      en: 'History of {id}: entry {seq} is not in its place',
      'zh-CN': '{id} 的历史记录：第 {seq} 条的顺序被调换',
    },
    fix: { en: 'Restore the order from a backup', 'zh-CN': '请从备份中恢复原来的顺序' },
  },
  'history.inserted': {
    class: 'conflict',
    what: {
      en: 'History of {id}: entry {seq} was slipped in later',
      'zh-CN': '{id} 的历史记录：第 {seq} 条是事后插入的',
    },
    fix: {
      en: 'Compare it with the event history in Temporal; remove it when it has no counterpart there',
      'zh-CN': '请与 Temporal 的事件历史核对，若无对应记录请移除',
    },
  },
  'history.cut': {
    class: 'conflict',
    what: {
      en: 'History of {id}: everything from entry {seq} on was cut off',
      'zh-CN': '{id} 的历史记录：第 {seq} 条起的内容被截断',
    },
    fix: { en: 'Restore the end from a backup', 'zh-CN': '请从备份中恢复缺失的部分' },
  },
  'history.no_head': {
    class: 'conflict',
    what: {
      en: 'History of {id}: the record of its end (entry {seq}) is gone',
      'zh-CN': '{id} 的历史记录：链尾标记（第 {seq} 条）丢失',
    },
    fix: {
      en: 'Restore the record from a backup and check that nothing follows entry {seq} there',
      'zh-CN': '请从备份中恢复链尾标记，并确认备份中第 {seq} 条之后没有其他记录',
    },
  },
  'history.head_differs': {
    class: 'conflict',
    what: {
      en: 'History of {id}: entry {seq} differs from the copy kept outside',
      'zh-CN': '{id} 的历史记录：第 {seq} 条与库外留存的凭证不一致',
    },
    fix: {
      en: 'The chain was written anew: restore it from a backup that fits the outside copy',
      'zh-CN': '整条链可能被重写，请恢复到与库外凭证一致的备份',
    },
  },
  'client.renewals_open': {
    class: 'conflict',
    what: {
      en: 'Personal data of the client are still needed: contracts {numbers} have a renewal that runs',
      'zh-CN': '该客户的个人信息仍在使用：合同 {numbers} 的续费尚未结束',
    },
    fix: {
      en: 'Wait until these renewals have ended, or end them with `perennial cancel`; then erase',
      'zh-CN': '请等这些续费结束，或用 `perennial cancel` 终止后再清除',
    },
  },
} as const satisfies ErrorEntries;
