/** Limits of one import. They stand here once, and every message that refuses for size names one of them. */
export const LIMITS = {
  /** Bytes of an .xlsx file as it is sent. */
  xlsxBytes: 10 * 1024 * 1024,
  /** Bytes of all parts of a workbook once unpacked; checked in the zip directory before anything is unpacked. */
  xlsxUnpackedBytes: 100 * 1024 * 1024,
  /** Parts of a workbook. */
  xlsxEntries: 1_000,
  xlsxRows: 50_000,
  csvRows: 1_000_000,
  columns: 300,
  /** UTF-16 units of one cell; the same as in spreadsheet programs. */
  cellLength: 32_767,
  /** Bytes of one CSV record: a file with an unclosed quotation mark must not be gathered into one cell. */
  recordBytes: 1024 * 1024,
  /** Problems and wrong rows kept in full; counts stay right beyond. */
  reportedProblems: 10_000,
  reportedRows: 50_000,
  /** Rows of a larger file are read a second time instead of being held. */
  keptRows: 100_000,
} as const;
