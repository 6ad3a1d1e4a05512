import { isWildcard, wildcardMatcher } from '../../keys/wildcardMatcher';

/** Whether a subject, in UTF-8, is one of those that were asked for. */
export type SubjectMatcher = (subject: Uint8Array) => boolean;

/**
 * Tells the messages that were asked for from others. A server may deliver more: one of 2.15 those of
 * other subjects where a stream keeps several messages a subject, one before 2.10 everything where
 * several filters are asked.
 */
export function subjectMatcher(filters: readonly string[]): SubjectMatcher {
  const matchers = filters.map(matcherOf);
  const [only = () => false] = matchers;
  return matchers.length === 1 ? only : (subject) => matchers.some((matches) => matches(subject));
}

function matcherOf(filter: string): SubjectMatcher {
  if (filter === '>') {
    return () => true;
  }
  const start = filter.endsWith('.>') ? filter.slice(0, -1) : filter;
  if (!start.split('.').some(isWildcard)) {
    const bytes = Buffer.from(start);
    return start === filter
      ? (subject) => subject.length === bytes.length && startsWith(subject, bytes)
      : (subject) => subject.length > bytes.length && startsWith(subject, bytes);
  }
  // Letter for byte, so that what is no UTF-8 is compared as it is.
  const matches = wildcardMatcher(Buffer.from(filter).toString('latin1'), '.');
  return (subject) => matches(Buffer.from(subject).toString('latin1'));
}

/** From the end: subjects of one system differ less in how they begin. */
function startsWith(subject: Uint8Array, bytes: Uint8Array): boolean {
  for (let at = bytes.length - 1; at >= 0; at--) {
    if (subject[at] !== bytes[at]) {
      return false;
    }
  }
  return true;
}
