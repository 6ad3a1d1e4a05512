import type { KvConnection } from '../model/kvConnection';

const pings = 3;

/**
 * The shortest of a few round trips in milliseconds: the first ones wait for what else the new link
 * carries. Undefined when none came back.
 */
export async function shortestRtt(connection: KvConnection): Promise<number | undefined> {
  let shortest = Infinity;
  for (let ping = 0; ping < pings; ping++) {
    // A link that broke meanwhile is told by its own event.
    shortest = Math.min(shortest, await connection.rtt().catch(() => Infinity));
  }
  return shortest < Infinity ? shortest : undefined;
}
