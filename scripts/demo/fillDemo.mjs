import { appConfig, blobs, catalog, featureFlags, orders, sessions } from './demoData.mjs';

/** As many writes as are under way at once. */
const batchSize = 500;

/** The demo's buckets: what they are made with and what is in them. */
const buckets = [
  { name: 'SHOP_ORDERS', options: { history: 5, description: 'Orders by region' }, values: orders },
  { name: 'app-config', options: { history: 10 }, values: appConfig },
  { name: 'sessions', options: { ttl: 10 * 60_000 }, values: sessions },
  { name: 'feature-flags', options: { history: 20 }, values: featureFlags },
  { name: 'blobs', options: {}, values: blobs },
  { name: 'catalog', options: {}, values: catalog },
];

/** Creates the demo's buckets on a server that has none of them, and fills them. */
export async function fillDemo(client) {
  const jetstream = client.jetstream();
  for (const { name, options, values } of buckets) {
    const bucket = await jetstream.views.kv(name, options);
    await putAll(bucket, Object.entries(values()));
  }
  await writeHistory(await jetstream.views.kv('SHOP_ORDERS'));
}

async function putAll(bucket, entries) {
  for (let at = 0; at < entries.length; at += batchSize) {
    const batch = entries.slice(at, at + batchSize);
    await Promise.all(batch.map(([key, value]) => bucket.put(key, encode(value))));
  }
}

/** One order with a past, one that was deleted and one that was purged. */
async function writeHistory(bucket) {
  for (const status of ['new', 'paid', 'packed', 'shipped']) {
    await bucket.put('orders.eu.42', encode({ ...orders()['orders.eu.42'], status }));
  }
  await bucket.delete('orders.us.7');
  await bucket.purge('orders.us.8');
}

/** Bytes and text as they are, anything else as minified JSON. */
export function encode(value) {
  if (value instanceof Uint8Array) {
    return value;
  }
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}
