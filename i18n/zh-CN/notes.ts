import type { Translated } from '../catalogue.ts';
import type { notes as en } from '../en/notes.ts';

export const notes = {
  needs: '需先完成{stage}',
  'waits for': '等待{blocker}',
  'waiting for approval': '等待审批',
  'waiting for client': '等待客户答复',
  'before import': '导入前已完成',
  words: '{words}',
  provisional: '暂定：日历尚未包含该年份',
  'next.opens': '启动续费',
  'next.asks for data': '再次催补资料',
  'next.resumes': '暂停结束',
  'next.looks': '再次检查并处理到期事项',
} as const satisfies Translated<typeof en>;
