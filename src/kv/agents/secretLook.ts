/**
 * Looks of secrets that need no name to be known: private keys, JWTs, passwords in URLs, seeds of NKeys
 * and tokens of well-known issuers. Each expression takes time that grows with the text alone.
 */
const looks: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]{0,40}(?:PRIVATE KEY|SEED|USER JWT)/,
  /\bey[A-Za-z0-9_-]{8,300}\.ey[A-Za-z0-9_-]{8,}/,
  /[a-zA-Z][a-zA-Z0-9+.-]{0,20}:\/\/[^\s/?#@"'<>]{0,200}@/,
  /\bS[UAONCX][A-Z2-7]{56}\b/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/,
  /\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}/,
  /\b(?:bearer|basic)\s{1,4}[A-Za-z0-9+/=._~-]{8,}/i,
  /\bxox[abpors]-[A-Za-z0-9-]{10,}/,
];

/** Whether a text has in it what looks like a secret wherever it stands. */
export function looksSecret(text: string): boolean {
  return looks.some((look) => look.test(text));
}
