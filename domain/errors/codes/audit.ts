import type { ErrorEntries } from '../entry.ts';

/** Live streams, long work, exports, and what the second witnesses of a history find. */
export const auditCodes = {
  'live.too_many': {
    class: 'unavailable',
    what: { en: 'you have {max} live streams open already', 'zh-CN': '您已打开 {max} 个实时连接' },
    fix: { en: 'Close pages that you do not need', 'zh-CN': '请关闭不需要的页面' },
  },
  'live.full': {
    class: 'unavailable',
    what: { en: 'this server has no room for another live stream', 'zh-CN': '该服务器的实时连接已满' },
    fix: { en: 'Try again in a minute; until then read the pages anew', 'zh-CN': '请一分钟后重试；在此之前请手动刷新' },
  },
  'job.failed': {
    class: 'unavailable',
    what: { en: 'the work {id} broke off through a fault of ours', 'zh-CN': '作业 {id} 因内部错误中断' },
    fix: { en: 'Start it again; tell your administrator its id', 'zh-CN': '请重新发起，并将编号告知管理员' },
  },
  'job.died': {
    class: 'unavailable',
    what: {
      en: 'the work was begun {times} times and its process died each time',
      'zh-CN': '作业执行了 {times} 次，进程均异常退出',
    },
    fix: {
      en: 'Look into the server’s log, then start it again for less at once',
      'zh-CN': '请查看服务器日志，缩小范围后重新发起',
    },
  },
  'export.not_ready': {
    class: 'conflict',
    what: { en: 'the export {id} has no file: it is {state}', 'zh-CN': '导出 {id} 没有文件，当前状态：{state}' },
    fix: { en: 'Wait until it is done, or start it again', 'zh-CN': '请等待完成，或重新导出' },
  },
  'export.too_many': {
    class: 'invalid',
    what: {
      en: 'These are {count} contracts; a table holds at most {max}',
      'zh-CN': '共 {count} 份合同，超过单个表格上限 {max}',
    },
    fix: { en: 'Choose an owner, a client or a stretch of end dates', 'zh-CN': '请按负责人、客户或到期日区间筛选' },
  },
  'client.name_differs': {
    class: 'invalid',
    what: { en: '"{found}" is not the name of the client', 'zh-CN': '“{found}”不是该客户的名称' },
    fix: {
      en: 'Type the name exactly: what is erased cannot be brought back',
      'zh-CN': '请准确输入客户名称：清除后无法恢复',
    },
  },
  'client.workflow_runs': {
    class: 'conflict',
    what: { en: 'the workflow {id} of the client still runs', 'zh-CN': '该客户的工作流 {id} 仍在运行' },
    fix: { en: 'Wait until it has ended, then erase', 'zh-CN': '请等其结束后再清除' },
  },
  'client.history_broken': {
    class: 'conflict',
    what: {
      en: 'the history of {id} does not verify, and erasing would destroy the evidence',
      'zh-CN': '{id} 的历史记录校验未通过，清除会销毁证据',
    },
    fix: {
      en: 'Settle the fault first: POST /v1/history/verify names it',
      'zh-CN': '请先处理该问题：POST /v1/history/verify 会指出位置',
    },
  },
  'history.gone': {
    class: 'conflict',
    what: {
      en: 'History of {id}: all of it is gone, though a witness has seen {seq} entries',
      'zh-CN': '{id} 的历史记录：全部缺失，而佐证中曾有 {seq} 条',
    },
    fix: { en: 'Restore it from a backup', 'zh-CN': '请从备份中恢复' },
  },
  'history.left_out': {
    class: 'conflict',
    what: {
      en: 'History of {id}: the entry that belongs at {seq} is not there, though its workflow decided it ({entry})',
      'zh-CN': '{id} 的历史记录：第 {seq} 条缺失，而工作流中有此决定（{entry}）',
    },
    fix: {
      en: 'The chain was written anew: restore it from a backup; the workflow’s history shows what it said',
      'zh-CN': '整条链可能被重写，请从备份恢复；其内容可在工作流的事件历史中查到',
    },
  },
  'history.unlike_workflow': {
    class: 'conflict',
    what: {
      en: 'History of {id}: entry {seq} says something else than the workflow decided',
      'zh-CN': '{id} 的历史记录：第 {seq} 条与工作流的决定不一致',
    },
    fix: {
      en: 'The chain was written anew: restore it from a backup; the workflow’s history shows what it said',
      'zh-CN': '整条链可能被重写，请从备份恢复；其内容可在工作流的事件历史中查到',
    },
  },
  'history.not_decided': {
    class: 'conflict',
    what: {
      en: 'History of {id}: entry {seq} stands there, and no workflow ever decided it',
      'zh-CN': '{id} 的历史记录：第 {seq} 条没有任何工作流作出过该决定',
    },
    fix: { en: 'It was made up: restore the chain from a backup', 'zh-CN': '该条系伪造，请从备份恢复整条链' },
  },
  'witness.damaged': {
    class: 'conflict',
    what: { en: 'the head file {name} was changed after it was signed', 'zh-CN': '链首文件 {name} 在签名后被改动' },
    fix: {
      en: 'Take the copy that was sent by mail or webhook, or one from a backup',
      'zh-CN': '请使用通过邮件或 Webhook 发送的副本，或备份中的文件',
    },
  },
  'witness.missing': {
    class: 'conflict',
    what: { en: 'a head file before {name} is gone', 'zh-CN': '{name} 之前的链首文件缺失' },
    fix: { en: 'Put it back from a backup', 'zh-CN': '请从备份中恢复' },
  },
} as const satisfies ErrorEntries;
