import { decisionCommand } from '../decide.ts';

export const commands = [decisionCommand('reject')];
