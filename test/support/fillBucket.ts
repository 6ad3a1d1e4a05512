import { connect, type NatsConnection, StringCodec } from 'nats';

/** A bucket to fill: `keys` keys, each of them written `revisions` times, round by round. */
export interface FilledBucket {
  readonly name: string;
  readonly keys: number;
  readonly revisions: number;
  /** The nth key; `keyAt` when omitted. */
  readonly keyOf?: (index: number) => string;
  /** The value of the nth key; 32 bytes of text when omitted. */
  readonly textOf?: (index: number) => string;
}

/** Teams over which the keys are spread evenly: the keys of one are 2% of a bucket. */
const teams = 50;
const usersPerTeam = 200;
const codec = StringCodec();
const plainValue = codec.encode('x'.repeat(32));
/** Only every so many messages are acknowledged: all that a stream took before it are stored too. */
const acknowledgeEvery = 500;
const windows = 4;

/** The nth key, such as `t07.u012.k0000607`. */
export function keyAt(index: number): string {
  const team = String(index % teams).padStart(2, '0');
  const user = String(Math.floor(index / teams) % usersPerTeam).padStart(3, '0');
  return `t${team}.u${user}.k${String(index).padStart(7, '0')}`;
}

/** Creates a bucket and fills it. Throws unless the server then holds every message. */
export async function fillBucket(url: string, bucket: FilledBucket): Promise<void> {
  const connection = await connect({ servers: url });
  try {
    const { streams } = await connection.jetstreamManager();
    await streams.add({
      name: `KV_${bucket.name}`,
      subjects: [`$KV.${bucket.name}.>`],
      max_msgs_per_subject: bucket.revisions,
      allow_direct: true,
      allow_rollup_hdrs: true,
    });
    await publishAll(connection, bucket);
    const { state } = await streams.info(`KV_${bucket.name}`);
    if (state.messages !== bucket.keys * bucket.revisions) {
      throw new Error(`${bucket.name} holds ${state.messages} messages after it was filled`);
    }
  } finally {
    await connection.close();
  }
}

async function publishAll(connection: NatsConnection, bucket: FilledBucket): Promise<void> {
  const pending: Promise<unknown>[] = [];
  const total = bucket.keys * bucket.revisions;
  const { keyOf = keyAt, textOf } = bucket;
  for (let at = 0; at < total; at++) {
    const key = at % bucket.keys;
    const subject = `$KV.${bucket.name}.${keyOf(key)}`;
    const value = textOf ? codec.encode(textOf(key)) : plainValue;
    if ((at + 1) % acknowledgeEvery !== 0 && at + 1 !== total) {
      connection.publish(subject, value);
      continue;
    }
    pending.push(connection.request(subject, value, { timeout: 30_000 }));
    if (pending.length >= windows) {
      await pending.shift();
    }
  }
  await Promise.all(pending);
}
