/** Codes of the note column in the process table, and of what happens next (`next.…`). */
export const notes = {
  needs: 'needs {stage}',
  'waits for': 'waits for {blocker}',
  'waiting for approval': 'waits for approval',
  'waiting for client': 'waits for the client',
  'before import': 'done before the import',
  words: '{words}',
  provisional: 'provisional: the calendar does not cover this year yet',
  'next.opens': 'the renewal opens',
  'next.asks for data': 'the missing data are asked for again',
  'next.resumes': 'the pause ends',
  'next.looks': 'everything is looked at again',
} as const;
