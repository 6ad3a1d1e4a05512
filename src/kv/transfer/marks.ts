/** What is known of a key in the table of a plan. */
export const mark = {
  /** It has a value; changes with what is written. */
  live: 1,
  /** The source has it. */
  named: 2,
  /** It is as the source has it: nothing is written. */
  same: 4,
  /** It stays, as its value was there before. */
  left: 8,
  /** It would have a value, were the plan carried out up to here; used while planning only. */
  planned: 16,
  /** It is not written, since somebody else wrote it after an import was begun that goes on. */
  changed: 32,
  /** It came before the place at which an import goes on, or has had its turn. */
  early: 64,
} as const;
