/** The routes that commands of the team call, on a server and in this process. */
export { countRenewals, findRenewal, listStages, overview, renewalWords } from '../../api/contracts/lookup.ts';
export { getRenewal, listRenewals, renewalHistory, renewalTasks, verifyHistory } from '../../api/contracts/renewals.ts';
export {
  listApprovals,
  listSends,
  listTasks,
  renewalApprovals,
  renewalCommunications,
  renewalSends,
} from '../../api/contracts/work.ts';
export { getContract } from '../../api/contracts/contract-records.ts';
export { getClient, listClients } from '../../api/contracts/clients.ts';
export { listPeople } from '../../api/contracts/people.ts';
export { closeComplaint, giveNotice, openComplaint, scoreHealth } from '../../api/contracts/told.ts';
export { closeSavePlan, completeSaveAction, getSavePlan } from '../../api/contracts/save-plans.ts';
export {
  acceptQuote,
  amendDates,
  cancelRenewal,
  completeStep,
  decideApproval,
  declineQuote,
  flagRisk,
  issueInvoice,
  issueQuote,
  logCommunication,
  pauseRenewal,
  receivePayment,
  redoStep,
  resumeRenewal,
  skipStep,
} from '../../api/contracts/commands.ts';
