import { gzipSync } from 'node:zlib';
import { demoPng } from './demoPng.mjs';

const regions = ['eu', 'us', 'ap'];
const items = ['keyboard', 'lamp', 'notebook', 'chair', 'monitor', 'cable'];
const prices = [89.9, 34.5, 4.25, 249, 319, 12.9];
const people = ['Ada Byron', 'Kofi Mensah', 'Mia Sorensen', 'Li Wei', 'Noor Haddad', 'Tomas Vrba'];

/* Each function returns the keys and values of one bucket, the same ones every time. */

export function orders() {
  const values = { 'order-1': { note: 'a key of one token' } };
  for (const region of regions) {
    values[`orders.${region}`] = { region, currency: region === 'eu' ? 'EUR' : 'USD' };
    for (let number = 1; number <= 60; number += 1) {
      values[`orders.${region}.${number}`] = order(region, number);
    }
  }
  return values;
}

/** One order; the id is longer than JavaScript's numbers are exact, as real ones are. */
export function order(region, number) {
  const lines = [line(number, 1 + (number % 3)), line(number + 2, 1)];
  const total = lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
  return {
    id: `2025${String(number).padStart(16, '0')}`,
    status: ['new', 'paid', 'packed', 'shipped'][number % 4],
    total: Math.round(total * 100) / 100,
    customer: { name: people[(number * 7) % people.length], region },
    lines,
  };
}

function line(number, quantity) {
  const at = number % items.length;
  return { item: items[at], quantity, price: prices[at] };
}

export function appConfig() {
  const values = { motd: 'Planned maintenance on Sunday, 02:00 to 03:00 UTC.\n' };
  for (const service of ['checkout', 'inventory', 'mail', 'search']) {
    values[`${service}.database.url`] = `postgres://db.internal/${service}`;
    values[`${service}.database.pool-size`] = '20';
    values[`${service}.http.timeout`] = '2.5s';
    values[`${service}.http.retries`] = '3';
    values[`${service}.limits`] = { requestsPerSecond: 250, burst: 50, blocked: [] };
    values[`${service}.log.level`] = 'info';
  }
  return values;
}

export function sessions() {
  return Object.fromEntries(
    Array.from({ length: 25 }, (_, user) => [`user.${user}`, session(user)]),
  );
}

export function session(user) {
  return { user, agent: 'Firefox', seen: new Date().toISOString() };
}

export function featureFlags() {
  return {
    'checkout.one-page': { enabled: true, rollout: 0.25, groups: ['beta'] },
    'checkout.gift-cards': { enabled: false, rollout: 0 },
    'search.suggestions': { enabled: true, rollout: 1 },
    'mail.plain-text': 'true',
    maintenance: 'false',
  };
}

export function blobs() {
  return {
    'images.logo': demoPng(),
    'archives.report': gzipSync('region,orders\neu,60\nus,60\nap,60\n'),
    'raw/all-bytes': Uint8Array.from({ length: 256 }, (_, byte) => byte),
    'text.empty': '',
  };
}

/** Some are kept in more kinds than others. */
const shelved = items.flatMap((item, at) => Array.from({ length: at + 1 }, () => item));

/** 3,000 keys on three levels. */
export function catalog() {
  const values = {};
  for (let number = 0; number < 3000; number += 1) {
    const item = shelved[number % shelved.length];
    const shelf = String.fromCharCode(97 + (Math.floor(number / items.length) % 20));
    values[`${item}.${shelf}.${number}`] = { sku: number, stock: (number * 7) % 100 };
  }
  return values;
}
