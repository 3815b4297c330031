import { Schema } from 'mongoose';
import { inCollection, json, text } from './fields.ts';

/** What a deployment has decided once, by name. */
export interface SettingValues {
  /** Id of the calendar in which the team works: due dates, stalls, approvals. */
  readonly 'team calendar': string;
  /** How people reach the pages of the server, without a slash at the end. */
  readonly 'public url': string;
}

export interface SettingDoc {
  readonly _id: string;
  readonly value: unknown;
}

export const settingSchema = new Schema<SettingDoc>({ _id: text, value: json }, inCollection('settings'));
