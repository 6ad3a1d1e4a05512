import { expect } from 'vitest';
import type { ForeignNats } from '../foreignNats';

/** Creates or updates the stream of a bucket with any fields, in the server's names and units. */
export async function makeStream(
  foreign: ForeignNats,
  bucket: string,
  fields: object = {},
  verb: 'CREATE' | 'UPDATE' = 'CREATE',
): Promise<void> {
  const config = {
    name: `KV_${bucket}`,
    subjects: [`$KV.${bucket}.>`],
    retention: 'limits',
    storage: 'file',
    discard: 'new',
    max_msgs_per_subject: 1,
    num_replicas: 1,
    allow_direct: true,
    allow_rollup_hdrs: true,
    ...fields,
  };
  const answer = await foreign.api(`STREAM.${verb}.KV_${bucket}`, JSON.stringify(config));
  expect(JSON.parse(answer)).not.toHaveProperty('error');
}
