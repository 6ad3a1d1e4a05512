import type { Answering, Asked, Script } from './lyingServer';

const time = '2026-01-01T00:00:00Z';
const stored: readonly (readonly [key: string, revision: number, value: string])[] = [
  ['a', 1, 'one'],
  ['b', 2, 'two'],
];

export const streamInfo = {
  config: {
    name: 'KV_b',
    subjects: ['$KV.b.>'],
    description: 'a bucket',
    retention: 'limits',
    storage: 'file',
    discard: 'new',
    max_msgs_per_subject: 1,
    max_age: 0,
    duplicate_window: 120_000_000_000,
    max_bytes: -1,
    max_msg_size: -1,
    num_replicas: 1,
    compression: 'none',
    allow_direct: true,
    allow_rollup_hdrs: true,
    placement: { cluster: 'c', tags: ['t'] },
    republish: { src: '>', dest: 'changed.>' },
    sources: [{ name: 'KV_c', opt_start_seq: 1, external: { api: '$JS.d.API' } }],
    metadata: { owner: 'me' },
  },
  created: time,
  state: {
    messages: 2,
    bytes: 100,
    first_seq: 1,
    first_ts: time,
    last_seq: 2,
    last_ts: time,
    num_subjects: 2,
  },
  cluster: { name: 'c', leader: 'n1', replicas: [{ name: 'n2', current: true, active: 5 }] },
  sources: [{ name: 'KV_c', lag: 0, active: -1 }],
};

const consumerInfo = {
  stream_name: 'KV_b',
  name: 'kv',
  num_pending: 2,
  delivered: { consumer_seq: 0, stream_seq: 0 },
  config: { filter_subject: '$KV.b.>', metadata: { '_nats.ver': '2.15.1' } },
};

const encode = (text: string) => Buffer.from(text).toString('base64');

/** What an honest server answers to the requests of the JetStream API, by the end of their subject. */
export const answers: Readonly<Record<string, object>> = {
  INFO: {
    memory: 1,
    storage: 1,
    streams: 1,
    consumers: 1,
    limits: { max_memory: -1, max_storage: -1, max_streams: -1, max_consumers: -1 },
    domain: 'd',
    api: { level: 2, total: 1, errors: 0 },
  },
  'STREAM.LIST': { total: 1, offset: 0, limit: 256, streams: [streamInfo] },
  'STREAM.INFO': { ...streamInfo, total: 2 },
  'STREAM.MSG.GET': {
    message: {
      subject: '$KV.b.a',
      seq: 1,
      time,
      data: encode('one'),
      hdrs: encode('NATS/1.0\r\nX: 1\r\n\r\n'),
    },
  },
  'STREAM.PURGE': { success: true, purged: 1 },
  'STREAM.UPDATE': streamInfo,
  'STREAM.DELETE': { success: true },
  'CONSUMER.CREATE': consumerInfo,
  'CONSUMER.INFO': { ...consumerInfo, num_pending: 0, delivered: { consumer_seq: 2 } },
  'CONSUMER.DELETE': { success: true },
  $KV: { stream: 'KV_b', seq: 3 },
};

/** Which of the answers a request gets. */
export function kindOf({ subject }: Asked): string {
  if (subject.startsWith('$KV.')) {
    return '$KV';
  }
  const [first = '', second = '', third = ''] = subject.replace('$JS.API.', '').split('.');
  if (first === 'DIRECT') {
    return 'DIRECT.GET';
  }
  return second === 'MSG'
    ? `${first}.${second}.${third}`
    : [first, second].filter(Boolean).join('.');
}

/** Answers as a server does that holds the bucket `b` with the keys `a` and `b`. */
export const honest: Script = (asked, answering) => {
  const kind = kindOf(asked);
  if (kind === 'DIRECT.GET') {
    answerDirect(asked, answering);
    return;
  }
  const answer = answers[kind];
  if (answer && asked.reply !== '') {
    answering.send(asked.reply, JSON.stringify(toAsked(kind, asked, answer)));
  }
  if (kind === 'CONSUMER.CREATE') {
    deliver(asked, answering);
  }
};

/** The answer about the names of keys tells these as well, that of a consumer what it has. */
function toAsked(kind: string, asked: Asked, answer: object): object {
  const { payload } = asked;
  if (kind === 'CONSUMER.CREATE') {
    return { ...answer, num_pending: wantedBy(asked).length };
  }
  const isNames = kind === 'STREAM.INFO' && payload !== '';
  return isNames
    ? { ...answer, state: { ...streamInfo.state, subjects: { '$KV.b.a': 1, '$KV.b.b': 1 } } }
    : answer;
}

export function directHeaders(key: string, revision: number): string {
  const lines = [
    'NATS/1.0',
    'Nats-Stream: KV_b',
    `Nats-Subject: $KV.b.${key}`,
    `Nats-Sequence: ${revision}`,
    `Nats-Time-Stamp: ${time}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function answerDirect({ subject, reply, payload }: Asked, answering: Answering): void {
  const send = (wanted: string) =>
    stored
      .filter(([key]) => wanted === `$KV.b.${key}`)
      .forEach(([key, revision, value]) =>
        answering.send(reply, value, { headers: directHeaders(key, revision) }),
      );
  const single = /^\$JS\.API\.DIRECT\.GET\.KV_b\.(.*)$/.exec(subject)?.[1];
  if (single !== undefined) {
    send(single);
    return;
  }
  const { multi_last = [] } = JSON.parse(payload) as { multi_last?: string[] };
  multi_last.forEach(send);
  answering.send(reply, '', { headers: 'NATS/1.0 204 EOB\r\nNats-Num-Pending: 0\r\n\r\n' });
}

/** The inbox of a consumer that is being created, and what it filters. */
export function consumerOf({ payload }: Asked): { inbox: string; filter: string } {
  const { config } = JSON.parse(payload) as {
    config: { deliver_subject: string; filter_subject?: string };
  };
  return { inbox: config.deliver_subject, filter: config.filter_subject ?? '$KV.b.>' };
}

export function ackOf(revision: number, sequence: number, pending: number): string {
  return `$JS.ACK.KV_b.kv.1.${revision}.${sequence}.1767225600000000000.${pending}`;
}

/** Sends a message as a consumer does, to whoever listens to its inbox. */
export function deliverTo(
  answering: Answering,
  inbox: string,
  [key, size]: readonly [key: string, size: number],
  ack: string,
): void {
  const headers = `NATS/1.0\r\nNats-Msg-Size: ${size}\r\n\r\n`;
  answering.send(inbox, '', { headers, reply: ack, subject: `$KV.b.${key}` });
}

function wantedBy(asked: Asked) {
  const { filter } = consumerOf(asked);
  return stored.filter(([key]) => filter === '$KV.b.>' || filter === `$KV.b.${key}`);
}

function deliver(asked: Asked, answering: Answering): void {
  const { inbox } = consumerOf(asked);
  const wanted = wantedBy(asked);
  wanted.forEach(([key, revision, value], at) => {
    const ack = ackOf(revision, at + 1, wanted.length - at - 1);
    deliverTo(answering, inbox, [key, value.length], ack);
  });
}
