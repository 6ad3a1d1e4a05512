/**
 * Does what nobody waits for, and tells of a failure in the log. `doing` says what it is, as a clause
 * after 'Failed to': 'disconnect orders'.
 */
export type Background = (doing: string, work: PromiseLike<unknown>) => void;
