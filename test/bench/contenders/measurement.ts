/** Where a contender finds what it is to read. */
export interface Task {
  readonly url: string;
  readonly bucket: string;
  /** Keys that the bucket holds: a contender that finds another number has failed. */
  readonly keys: number;
  /** For how long updates are written, where they are. */
  readonly seconds?: number;
}

/** What a contender measured, by name: milliseconds, or bytes where the name says so. */
export type Measurement = Readonly<Record<string, number>>;

/** One way to do a task, alone in a process of its own. */
export type Contender = (task: Task) => Promise<Measurement>;

/** Throws when a contender did not find all that there is: its time would be worth nothing. */
export function expectCount(found: number, wanted: number): void {
  if (found !== wanted) {
    throw new Error(`found ${found} instead of ${wanted}`);
  }
}
