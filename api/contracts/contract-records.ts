import { z } from 'zod';
import { defineRoute } from '../contract.ts';
import { civilDate, id, instant, line, money, pageOf, paging, words } from './shapes.ts';

const params = z.strictObject({ contractId: id });

export const contractItem = z
  .strictObject({
    id: z.string(),
    number: z.string(),
    clientId: z.string(),
    clientName: z.string(),
    ownerId: z.string(),
    product: z.string(),
    term: z.int(),
    startDate: civilDate.nullable(),
    endDate: civilDate.nullable(),
    noticeDate: civilDate.nullable(),
    termMonths: z.int(),
    autoRenew: z.boolean(),
    amount: money,
    target: money,
    paymentDays: z.int(),
  })
  .meta({ id: 'ContractItem' });

export const contract = contractItem
  .extend({
    /** The renewal of the current term. */
    renewalId: z.string(),
    remarks: z.string().nullable(),
    healthScore: z.number().nullable(),
    rootCause: z.string().nullable(),
    knownSince: instant,
    amendedAt: instant.nullable(),
    /** Earlier terms, the oldest first. */
    terms: z.array(
      z.strictObject({
        term: z.int(),
        startDate: civilDate.nullable(),
        endDate: civilDate.nullable(),
        termMonths: z.int(),
        amount: money,
        endedAt: instant,
      }),
    ),
  })
  .meta({ id: 'Contract' });

export const listContracts = defineRoute({
  id: 'listContracts',
  method: 'GET',
  path: '/v1/contracts',
  tag: 'contracts',
  summary: { en: 'Contracts, by end date', 'zh-CN': '合同列表（按到期日）' },
  access: 'read Contract',
  query: z.strictObject({
    ...paging,
    clientId: id.optional(),
    ownerId: id.optional(),
    /** The whole number, in any case. */
    number: line(64, 1).optional(),
  }),
  response: pageOf(contractItem),
});

export const getContract = defineRoute({
  id: 'getContract',
  method: 'GET',
  path: '/v1/contracts/:contractId',
  tag: 'contracts',
  summary: { en: 'One contract with its terms', 'zh-CN': '合同详情及各期' },
  access: 'read Contract',
  params,
  response: contract,
});

export const changeContract = defineRoute({
  id: 'changeContract',
  method: 'PATCH',
  path: '/v1/contracts/:contractId',
  tag: 'contracts',
  summary: {
    en: 'Change a contract in its current term; dates go by the renewal, a new owner is the whole client’s',
    'zh-CN': '修改当前期合同（日期请在续费中调整；负责人随客户整体变更）',
  },
  access: 'update Contract',
  ifMatch: true,
  params,
  body: z.strictObject({
    product: line(200).optional(),
    amount: money.optional(),
    target: money.optional(),
    termMonths: z.int().min(1).max(120).optional(),
    autoRenew: z.boolean().optional(),
    paymentDays: z.int().min(0).max(365).optional(),
    remarks: words.optional(),
    ownerId: id.optional(),
  }),
  response: contract,
});
