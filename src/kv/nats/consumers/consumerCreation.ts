import { t } from '../../base/l10n';
import type { Channel } from '../wire/channel';
import { type ApiErrorBody, fromApiError } from '../wire/errorMapping';
import { isKvError, KvError } from '../../model/errors';
import type { ApiResponse, JetStreamApi } from '../wire/jetStreamApi';
import type { ConsumerRequest } from './consumerRequest';
import { type CreatedConfig, createdConfig, ownMetadata } from './createdConfig';
import { count, integer, object, optional } from '../wire/schema';

/** What CONSUMER.CREATE and CONSUMER.INFO tell, as far as it is used. */
export interface ConsumerInfo {
  readonly num_pending: number;
  readonly delivered: { readonly consumer_seq: number };
  readonly config?: CreatedConfig;
}

export const consumerInfo = object<ConsumerInfo>({
  num_pending: count,
  delivered: object<ConsumerInfo['delivered']>({ consumer_seq: count }),
  config: optional(createdConfig),
});

interface ConsumerUse {
  readonly config: { readonly max_consumers?: number };
  readonly state: { readonly consumer_count?: number };
}

const consumerUse = object<ConsumerUse>({
  config: object<ConsumerUse['config']>({ max_consumers: optional(integer) }),
  state: object<ConsumerUse['state']>({ consumer_count: optional(count) }),
});

const tooManyConsumers = 10026;

/** What a stream does not allow of what is asked by default. */
interface Concessions {
  /** Asks for the stream's own limits (`consumer_limits`, server 2.10) instead of ours. */
  readonly isModest?: boolean;
  /** Asks for all messages: which of them are wanted is told by their subjects. */
  readonly isWide?: boolean;
  /** Asks without the name in the subject: this user may not ask otherwise. */
  readonly isUnnamed?: boolean;
}

/** The filter of a consumer that delivers all there is. */
const everything = '>';
const nanoseconds = 1e6;
/** How long the server keeps a consumer that nobody listens to: only for when deleting it failed. */
const inactiveThresholdMs = 30_000;

/**
 * Creates consumers as their stream allows it. Owns which streams allow less than is asked; changes
 * only through their refusals.
 */
export class ConsumerCreation {
  private readonly concessions = new Map<string, Concessions>();

  constructor(private readonly api: JetStreamApi) {}

  /**
   * The request's subject names its filter, so that an account that may read only part of a bucket is
   * let through (server 2.9). `isWide` is told where everything will be delivered.
   */
  async create(
    channel: Channel,
    consumer: { readonly name: string; readonly inbox: string },
    request: ConsumerRequest,
  ): Promise<{ readonly info: ConsumerInfo; readonly isWide: boolean }> {
    const { bucket, stream } = request;
    for (;;) {
      const { isWide = false } = this.concessions.get(stream) ?? {};
      const answer = await this.askFor(channel, consumer, request);
      const concession = answer.error && concessionTo(answer.error.err_code);
      if (answer.error && !(concession && this.concede(stream, concession))) {
        throw (
          (await this.streamLimit(channel, request, answer.error)) ??
          fromApiError(answer.error, { bucket })
        );
      }
      if (!answer.error) {
        return { info: answer.value, isWide };
      }
    }
  }

  /**
   * Asks for it by its name. A user who may create consumers only in the way of older clients, whose subjects
   * tell neither name nor filter, is let through that way; the name is in the request all the same. A
   * user who may do neither is told what the first way needs.
   */
  private async askFor(
    channel: Channel,
    consumer: { readonly name: string; readonly inbox: string },
    request: ConsumerRequest,
  ): Promise<ApiResponse<ConsumerInfo>> {
    const { stream, filter, timeoutMs, signal } = request;
    const concessions = this.concessions.get(stream) ?? {};
    const body = createBody(consumer, request, concessions);
    const ask = (path: string) =>
      this.api.ask(channel, path, consumerInfo, body, { timeoutMs, signal });
    const unnamed = `CONSUMER.CREATE.${stream}`;
    if (concessions.isUnnamed) {
      return ask(unnamed);
    }
    const named = concessions.isWide ? everything : filter;
    const path = `${unnamed}.${consumer.name}`;
    const isNamed =
      typeof named === 'string' && channel.takes(`${this.api.prefix}.${path}.${named}`);
    try {
      return await ask(isNamed ? `${path}.${named}` : path);
    } catch (error) {
      const answer = isKvError(error, 'denied') && (await ask(unnamed).catch(ignoreDenied));
      if (!answer) {
        throw error;
      }
      this.concessions.set(stream, { ...concessions, isUnnamed: true });
      return answer;
    }
  }

  /** The error of a bucket that has as many consumers as it allows; undefined for any other. */
  private async streamLimit(
    channel: Channel,
    { bucket, stream, signal }: ConsumerRequest,
    error: ApiErrorBody,
  ): Promise<KvError | undefined> {
    if (error.err_code !== tooManyConsumers) {
      return undefined;
    }
    const path = `STREAM.INFO.${stream}`;
    const { value } = await this.api.ask(channel, path, consumerUse, undefined, { signal });
    const { max_consumers: limit = -1 } = value?.config ?? {};
    if (limit <= 0 || (value?.state.consumer_count ?? limit) < limit) {
      return undefined;
    }
    const message =
      limit === 1
        ? t(
            'the bucket "{0}" allows 1 consumer at once (max_consumers), and all are in use; raise the limit, or end one',
            bucket,
          )
        : t(
            'the bucket "{0}" allows {1} consumers at once (max_consumers), and all are in use; raise the limit, or end one',
            bucket,
            limit,
          );
    return new KvError('limitReached', message, { cause: error });
  }

  /** False when it has been made already. */
  private concede(stream: string, concession: Concessions): boolean {
    const known = this.concessions.get(stream);
    const all = { ...known, ...concession };
    this.concessions.set(stream, all);
    return all.isModest !== known?.isModest || all.isWide !== known?.isWide;
  }
}

function ignoreDenied(error: unknown): undefined {
  if (!isKvError(error, 'denied')) {
    throw error;
  }
}

function concessionTo(code: number | undefined): Concessions | undefined {
  switch (code) {
    case 10082: // consumer requires ack policy for max ack pending: the stream's limit is its default
    case 10153: // consumer inactive threshold exceeds system limit
      return { isModest: true };
    case 10093: // filter is no subset of the stream's subjects: what it copies is not looked at (2.9)
      return { isWide: true };
    default:
      return undefined;
  }
}

function createBody(
  { name, inbox }: { readonly name: string; readonly inbox: string },
  request: ConsumerRequest,
  { isModest = false, isWide = false }: Concessions,
): object {
  return {
    stream_name: request.stream,
    config: {
      name,
      deliver_subject: inbox,
      ...request.start,
      ...filterOf(isWide ? everything : request.filter),
      ack_policy: 'none',
      replay_policy: 'instant',
      headers_only: !request.values,
      flow_control: true,
      idle_heartbeat: request.heartbeatMs * nanoseconds,
      ...(isModest
        ? { max_ack_pending: -1 }
        : { inactive_threshold: inactiveThresholdMs * nanoseconds }),
      mem_storage: true,
      num_replicas: 1,
      metadata: ownMetadata,
    },
  };
}

function filterOf(filter: ConsumerRequest['filter']): object {
  return typeof filter === 'string' ? { filter_subject: filter } : { filter_subjects: filter };
}
