import { gzipSync } from 'node:zlib';
import { demoPng } from './demoPng.mjs';

const regions = ['eu', 'us', 'ap'];
const items = ['keyboard', 'lamp', 'notebook', 'chair', 'monitor', 'cable'];

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
  return {
    id: `2025${String(number).padStart(16, '0')}`,
    status: ['new', 'paid', 'packed', 'shipped'][number % 4],
    customer: { name: `Customer ${number}`, region },
    lines: [
      { item: items[number % items.length], quantity: 1 + (number % 3), price: 19.9 },
      { item: items[(number + 2) % items.length], quantity: 1, price: 5 },
    ],
  };
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

/** 3,000 keys on three levels. */
export function catalog() {
  const values = {};
  for (let number = 0; number < 3000; number += 1) {
    const item = items[number % items.length];
    const shelf = String.fromCharCode(97 + (Math.floor(number / items.length) % 20));
    values[`${item}.${shelf}.${number}`] = { sku: number, stock: (number * 7) % 100 };
  }
  return values;
}
