import { setTimeout as delay } from 'node:timers/promises';
import { problem, reasonOf } from '../lib/log.mjs';
import { order, session } from './demoData.mjs';
import { encode } from './fillDemo.mjs';

const everyMs = 1000;

/** Changes a few keys of the demo every second, as running services do, until the client is closed. */
export async function keepWriting(client) {
  try {
    const { views } = client.jetstream();
    const orders = await views.kv('SHOP_ORDERS');
    const sessions = await views.kv('sessions');
    const flags = await views.kv('feature-flags');
    for (let tick = 1; !client.isClosed(); tick += 1) {
      await write({ orders, sessions, flags }, tick);
      await delay(everyMs);
    }
  } catch (error) {
    problem(`The demo writer has stopped: ${reasonOf(error)}`);
  }
}

async function write({ orders, sessions, flags }, tick) {
  const number = 1 + (tick % 20);
  await orders.put(`orders.eu.${number}`, encode(order('eu', number + tick)));
  await sessions.put(`user.${tick % 25}`, encode(session(tick % 25)));
  if (tick % 10 === 0) {
    await orders.delete(`orders.ap.${number}`);
    await flags.put('maintenance', encode(String(tick % 20 === 0)));
  }
}
