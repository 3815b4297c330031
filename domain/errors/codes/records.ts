import type { ErrorEntries } from '../entry.ts';

/** Clients, contacts, contracts and people as they are edited, and actions on many renewals at once. */
export const recordCodes = {
  'contact.address_known': {
    class: 'conflict',
    what: { en: 'another contact of the client has this address', 'zh-CN': '该客户的另一位联系人已使用此邮箱' },
    fix: { en: 'Change that contact instead, or give another address', 'zh-CN': '请修改已有联系人，或填写其他邮箱' },
  },
  'contact.too_many': {
    class: 'conflict',
    what: { en: 'the client has {max} contacts already', 'zh-CN': '该客户已有 {max} 位联系人' },
    fix: { en: 'Remove those that are not needed any more', 'zh-CN': '请先删除不再需要的联系人' },
  },
  'contact.suppression_stays': {
    class: 'conflict',
    what: { en: 'nothing is mailed there any more: {reason}', 'zh-CN': '已停止向该联系人发送邮件：{reason}' },
    fix: {
      en: 'After a bounce give a new address; who has opted out or complained can only be reached otherwise',
      'zh-CN': '如因退信停发，请填写新邮箱；对方退订或投诉的，只能改用其他方式联系',
    },
  },
  'contact.suppression_kept': {
    class: 'conflict',
    what: {
      en: 'this contact stays on record: {reason}',
      'zh-CN': '该联系人须保留：{reason}',
    },
    fix: {
      en: 'Take away the roles instead; without the record the address could be written to again',
      'zh-CN': '可改为移除其角色；删除后该邮箱可能再次被误发邮件',
    },
  },
  'record.currency': {
    class: 'invalid',
    what: {
      en: 'the amount is in {amount} and the target in {target}',
      'zh-CN': '合同金额的币种为 {amount}，目标金额的币种为 {target}',
    },
    fix: { en: 'Give both in one currency', 'zh-CN': '请使用同一币种' },
  },
  'client.not_yours_to_give': {
    class: 'refused',
    what: { en: '{name} is not among those you look after', 'zh-CN': '{name} 不在您负责的范围内' },
    fix: {
      en: 'Name somebody of your team, or ask a director',
      'zh-CN': '请选择您团队中的成员，或联系总监处理',
    },
  },
  'person.own_rights': {
    class: 'refused',
    what: { en: 'nobody changes the own roles or place in the team', 'zh-CN': '不能修改自己的角色或团队关系' },
    fix: { en: 'Ask another administrator or operations', 'zh-CN': '请联系其他管理员或运营同事处理' },
  },
  'bulk.nothing': {
    class: 'invalid',
    what: { en: 'neither a filter nor a list of renewals is given', 'zh-CN': '未提供筛选条件或续费列表' },
    fix: { en: 'Give one of "filter" and "renewalIds"', 'zh-CN': '请填写 filter 或 renewalIds 其中之一' },
  },
  'bulk.both': {
    class: 'invalid',
    what: { en: 'a filter and a list of renewals are given', 'zh-CN': '同时提供了筛选条件和续费列表' },
    fix: { en: 'Give only one of them', 'zh-CN': '请只保留其中一项' },
  },
  'bulk.too_many': {
    class: 'invalid',
    what: { en: 'more than {max} renewals are meant', 'zh-CN': '所选续费超过 {max} 个' },
    fix: { en: 'Narrow the filter and do it in parts', 'zh-CN': '请缩小筛选范围，分批操作' },
  },
  'bulk.changed': {
    class: 'conflict',
    what: {
      en: '{found} renewals are meant now, and {expected} were expected',
      'zh-CN': '当前符合条件的续费为 {found} 个，而预览时为 {expected} 个',
    },
    fix: { en: 'Look at the preview again', 'zh-CN': '请重新预览后再执行' },
  },
  'bulk.empty': {
    class: 'conflict',
    what: { en: 'there is no renewal with which this can be done', 'zh-CN': '没有可执行此操作的续费' },
    fix: { en: 'The preview says of each why not', 'zh-CN': '预览中会列出每一项不能执行的原因' },
  },
  'bulk.no_right': {
    class: 'refused',
    what: {
      en: 'you may see this renewal and not do this with it',
      'zh-CN': '您可以查看该续费，但没有执行此操作的权限',
    },
    fix: { en: 'Ask the manager of its owner', 'zh-CN': '请联系该客户负责人的上级' },
  },
  'bulk.paused': {
    class: 'conflict',
    what: { en: 'it is paused already', 'zh-CN': '该续费已处于暂停状态' },
    fix: { en: 'Nothing needs to be done', 'zh-CN': '无需处理' },
  },
  'bulk.same_owner': {
    class: 'conflict',
    what: { en: 'it has this owner already', 'zh-CN': '该客户的负责人已是此人' },
    fix: { en: 'Nothing needs to be done', 'zh-CN': '无需处理' },
  },
  'bulk.no_dates': {
    class: 'conflict',
    what: { en: 'it has no end date', 'zh-CN': '该合同没有到期日' },
    fix: { en: 'Set the date first', 'zh-CN': '请先填写合同到期日' },
  },
  'bulk.changed_since': {
    class: 'conflict',
    what: { en: 'it was changed again since', 'zh-CN': '此后又有变更' },
    fix: { en: 'Decide on it by itself', 'zh-CN': '请单独处理该续费' },
  },
  'bulk.not_done': {
    class: 'conflict',
    what: { en: 'the job is still at work', 'zh-CN': '该批量任务仍在执行' },
    fix: { en: 'Wait until it is done', 'zh-CN': '请等待执行完成' },
  },
  'bulk.undone': {
    class: 'conflict',
    what: { en: 'it was taken back already by job {job}', 'zh-CN': '该任务已由任务 {job} 撤销' },
    fix: { en: 'Look at that job', 'zh-CN': '请查看该任务' },
  },
  'bulk.cannot_undo': {
    class: 'conflict',
    what: { en: 'this cannot be taken back', 'zh-CN': '此操作不能撤销' },
    fix: {
      en: 'Pauses, resumptions, owners and dates can; do the opposite for anything else',
      'zh-CN': '暂停、恢复、更换负责人和调整日期可以撤销；其他操作请执行相反的操作',
    },
  },
} as const satisfies ErrorEntries;
