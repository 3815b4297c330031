export { renewal } from './renewal/workflow.ts';
export { savePlan } from './save-plan/workflow.ts';
export { watchdog } from './oversight/watchdog.ts';
export { reconcile } from './oversight/reconcile.ts';
