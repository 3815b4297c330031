export { EVENT_TYPES, EVENTS, INBOX_STATES, SUBJECT_KINDS, VERIFICATIONS } from './types.ts';
export type { EventSubject, EventType, EventTypeInfo, InboxState, Reception, Verification } from './types.ts';
