export { classify, SIGNS } from './classify.ts';
export { firstLine, ownWords } from './own-words.ts';
export { bareSubject } from './phrases.ts';
export { MAIL_CLASSES } from './types.ts';
export type { Classified, IncomingMail, MailClass, MailReport, ReportedRecipient } from './types.ts';
