/** When work is due, as an inbox shows it. */
export const DUE_GROUPS = ['overdue', 'today', 'thisWeek', 'later'] as const;
export type DueGroup = (typeof DUE_GROUPS)[number];

/** Beyond this nobody reads a number, and counting on would cost more than the page itself. */
export const COUNT_MAX = 1000;
