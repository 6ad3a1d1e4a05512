import { t } from '../../base/l10n';
import type { ConsumerList, ConsumerStatus } from '../../model/consumer';
import { KvError } from '../../model/errors';
import type { CallOptions } from '../../model/kvConnection';
import { checkBucketName } from '../buckets/catalog';
import { streamOf } from '../buckets/streamConfig';
import type { Channel } from '../wire/channel';
import type { JetStreamApi } from '../wire/jetStreamApi';
import { count, flag, list, object, optional, record, text, time } from '../wire/schema';
import { isOwnConsumer } from './createdConfig';

interface ListedConsumer {
  readonly name: string;
  readonly created: string;
  readonly config: {
    readonly durable_name?: string;
    readonly description?: string;
    readonly deliver_subject?: string;
    readonly filter_subject?: string;
    readonly filter_subjects?: readonly string[];
    readonly metadata?: Readonly<Record<string, string>>;
  };
  readonly delivered?: { readonly last_active?: string };
  readonly num_pending?: number;
  readonly num_ack_pending?: number;
  readonly num_waiting?: number;
  readonly push_bound?: boolean;
  readonly paused?: boolean;
}

interface ConsumerPage {
  readonly total: number;
  readonly consumers?: readonly ListedConsumer[];
}

const consumerPage = object<ConsumerPage>({
  total: count,
  consumers: optional(
    list(
      object<ListedConsumer>({
        name: text,
        created: time,
        config: object<ListedConsumer['config']>({
          durable_name: optional(text),
          description: optional(text),
          deliver_subject: optional(text),
          filter_subject: optional(text),
          filter_subjects: optional(list(text)),
          metadata: optional(record(text)),
        }),
        delivered: optional(
          object<NonNullable<ListedConsumer['delivered']>>({ last_active: optional(time) }),
        ),
        num_pending: optional(count),
        num_ack_pending: optional(count),
        num_waiting: optional(count),
        push_bound: optional(flag),
        paused: optional(flag),
      }),
    ),
  ),
});

/** Of 256 consumers each: what more there are is only counted. */
const maxPages = 8;

/** Reads who consumes a bucket's stream, page by page, some 2,000 at most (`CONSUMER.LIST`). */
export async function listConsumers(
  api: JetStreamApi,
  channel: Channel,
  bucket: string,
  { signal }: CallOptions = {},
): Promise<ConsumerList> {
  checkBucketName(bucket);
  const found = new Map<string, ConsumerStatus>();
  let total = 0;
  for (let pages = 0, offset = 0; pages < maxPages; pages++) {
    const path = `CONSUMER.LIST.${streamOf(bucket)}`;
    const page = await api.call(channel, path, consumerPage, { offset }, { signal, bucket });
    const { consumers = [] } = page;
    const before = found.size;
    consumers.forEach((each) => found.set(each.name, toConsumer(each)));
    total = page.total;
    offset += consumers.length;
    if (offset >= total) {
      break;
    }
    if (found.size === before) {
      throw new KvError('server', t('the server lists consumers without an end'));
    }
  }
  const consumers = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { total: Math.max(total, consumers.length), consumers };
}

function toConsumer(listed: ListedConsumer): ConsumerStatus {
  const { name, created, config, delivered } = listed;
  const active = delivered?.last_active === undefined ? NaN : Date.parse(delivered.last_active);
  const isPush = config.deliver_subject !== undefined && config.deliver_subject !== '';
  return {
    name,
    created: Date.parse(created),
    isOwn: isOwnConsumer(name, config.metadata),
    description: config.description ?? '',
    isDurable: (config.durable_name ?? '') !== '',
    kind: isPush ? 'push' : 'pull',
    isBound: isPush ? (listed.push_bound ?? false) : (listed.num_waiting ?? 0) > 0,
    filters: config.filter_subjects ?? (config.filter_subject ? [config.filter_subject] : []),
    pending: listed.num_pending ?? 0,
    unacknowledged: listed.num_ack_pending ?? 0,
    // Go's zero time, of the year 1, where it has delivered nothing.
    lastDelivered: active > 0 ? active : undefined,
    isPaused: listed.paused ?? false,
  };
}
