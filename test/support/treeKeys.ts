/** Keys of the folder `sessions.web`, all in one level. */
export const sessionKeys = 20_000;
/** First tokens of the other keys: with `sessions` there are 400. */
const services = 399;
const usersPerService = 50;
const between = ['eu', 'shop', 'carts'];

/**
 * The nth of a bucket's keys that have three to six tokens under 400 first ones, such as
 * `svc012.eu3.u041.k0016371`; the first 20,000 are in one level below `sessions.web`.
 */
export function deepKeyAt(index: number): string {
  if (index < sessionKeys) {
    return `sessions.web.s${padded(index, 5)}`;
  }
  const user = Math.floor(index / services) % usersPerService;
  const middle = between.slice(0, index % 4).map((name) => `${name}${user % 5}`);
  const tokens = [`svc${padded(index % services, 3)}`, ...middle, `u${padded(user, 3)}`];
  return [...tokens, `k${padded(index, 7)}`].join('.');
}

/** The nth of a bucket's keys that are all in one level, such as `session-0016371`. */
export function flatKeyAt(index: number): string {
  return `session-${padded(index, 7)}`;
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}
