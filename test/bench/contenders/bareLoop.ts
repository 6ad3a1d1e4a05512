import { connect, createInbox, type Msg, type NatsConnection } from 'nats';
import { measureStalls } from '../../support/meters';
import type { Contender, Task } from './measurement';

interface Loop {
  readonly start: object;
  /** What is done to each message. */
  readonly take: (message: Msg) => unknown;
}

/** The floor of a listing: one push consumer with flow control, its subjects put into an array. */
export const bareListing: Contender = (task) => {
  const subjects: string[] = [];
  const take = ({ subject }: Msg) => subjects.push(subject);
  return runBareLoop(task, { start: { deliver_policy: 'last_per_subject' }, take });
};

/** The same with revision, time and size of each key, read as the client offers them. */
export const bareFacts: Contender = (task) => {
  const facts: object[] = [];
  const take = ({ subject, reply, headers }: Msg) => {
    const tokens = reply?.split('.') ?? [];
    const created = Number(tokens[7]?.slice(0, -6));
    const size = Number(headers?.get('Nats-Msg-Size'));
    facts.push({ subject, revision: Number(tokens[5]), created, size });
  };
  return runBareLoop(task, { start: { deliver_policy: 'last_per_subject' }, take });
};

/** The floor of a watch: the second half of a bucket whose keys were all written twice. */
export const bareWatching: Contender = (task) => {
  const subjects: string[] = [];
  const take = ({ subject }: Msg) => subjects.push(subject);
  const start = { deliver_policy: 'by_start_sequence', opt_start_seq: task.keys + 1 };
  return runBareLoop(task, { start, take });
};

/** The floor of a replay: every stored message with its value, counted. `keys` are messages here. */
export const bareCounting: Contender = (task) => {
  let count = 0;
  const take = () => count++;
  return runBareLoop(task, { start: { deliver_policy: 'all', headers_only: false }, take });
};

/** Every message that a consumer brings, each taken as the client gives it. */
export function bareEach(task: Task, start: object, take: (message: Msg) => unknown) {
  return runBareLoop(task, { start, take });
}

async function runBareLoop({ url, bucket, keys }: Task, { start, take }: Loop) {
  const connection = await connect({ servers: url });
  const stalls = measureStalls();
  const begun = performance.now();
  const inbox = createInbox();
  const complete = deliver(connection, inbox, keys, take);
  await createConsumer(connection, bucket, { ...start, deliver_subject: inbox });
  await complete;
  const ms = performance.now() - begun;
  const stallMs = stalls();
  await connection.close();
  return { ms, stallMs };
}

function deliver(connection: NatsConnection, inbox: string, keys: number, take: Loop['take']) {
  return new Promise<void>((resolve, reject) => {
    let found = 0;
    connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error) {
          reject(error);
        } else if (message.subject === inbox) {
          message.respond();
        } else {
          take(message);
          if (++found === keys) {
            resolve();
          }
        }
      },
    });
  });
}

async function createConsumer(connection: NatsConnection, bucket: string, own: object) {
  const stream = `KV_${bucket}`;
  const config = {
    filter_subject: `$KV.${bucket}.>`,
    ack_policy: 'none',
    replay_policy: 'instant',
    headers_only: true,
    ...own,
    flow_control: true,
    idle_heartbeat: 1e9,
    mem_storage: true,
    num_replicas: 1,
  };
  const body = JSON.stringify({ stream_name: stream, config });
  const subject = `$JS.API.CONSUMER.CREATE.${stream}`;
  const reply = await connection.request(subject, body, { timeout: 30_000 });
  const { error } = reply.json<{ error?: { description: string } }>();
  if (error) {
    throw new Error(error.description);
  }
}
