import type { Msg } from 'nats';
import { t } from '../../base/l10n';
import type { BucketSnapshot } from '../../model/backup';
import type { StreamConfiguration } from '../../model/bucket';
import { KvError, throwIfCancelled } from '../../model/errors';
import type { CallOptions } from '../../model/kvConnection';
import { DisposableStore } from '../../base/event';
import { onAbort } from '../../base/onAbort';
import { askAgain } from '../wire/askAgain';
import type { Channel } from '../wire/channel';
import { statusOf } from '../wire/headerBlock';
import { fromApiError } from '../wire/errorMapping';
import type { ApiResponse, JetStreamApi } from '../wire/jetStreamApi';
import { object } from '../wire/schema';
import type { Link } from '../link/link';
import type { Catalog } from './catalog';
import { type StreamConfig, streamConfig } from './streamConfig';

/** As large as the `nats` CLI asks for. */
export const chunkBytes = 128 * 1024;
/** The server may look through all of a large stream before it sends the first chunk. */
const silenceFactor = 12;
/**
 * How long is waited before a bucket is asked for again that is being packed, in milliseconds: servers pack
 * one bucket once at a time, and take some time to give up what nobody reads any more.
 */
const againDelaysMs = [100, 250, 500, 1_000, 2_000, 3_000, 3_000] as const;

export interface SnapshotContext {
  readonly link: Link;
  readonly api: JetStreamApi;
  readonly catalog: Catalog;
}

interface SnapshotResponse {
  readonly config: StreamConfig;
  readonly state: object;
}

const snapshotResponse = object<SnapshotResponse>({ config: streamConfig, state: object({}) });

/** Has the server pack a bucket's stream (`STREAM.SNAPSHOT`), without its consumers. */
export async function takeSnapshot(
  { link, api, catalog }: SnapshotContext,
  bucket: string,
  options: CallOptions = {},
): Promise<BucketSnapshot> {
  const channel = link.current;
  const { stream } = await catalog.lookUp(channel, bucket, options);
  const chunks = new SnapshotChunks(channel, api.timeoutMs * silenceFactor, options.signal);
  const request = { deliver_subject: chunks.inbox, no_consumers: true, chunk_size: chunkBytes };
  try {
    const ask = () =>
      api.ask(channel, `STREAM.SNAPSHOT.${stream}`, snapshotResponse, request, {
        ...options,
        exact: true,
      });
    const first = await ask();
    const answer = isInProgress(first)
      ? await askAgain(ask, isInProgress, againDelaysMs, options.signal)
      : first;
    const { config, state } = accepted(answer, bucket);
    chunks.expectMore();
    return {
      config: config as unknown as StreamConfiguration,
      state: state as BucketSnapshot['state'],
      chunks,
    };
  } catch (error) {
    chunks.dispose();
    throw error;
  }
}

/** The server's words are all that it tells: their code is that of every failed snapshot (2.9 to 2.15). */
function isInProgress({ error }: ApiResponse<unknown>): boolean {
  return error?.description?.includes('snapshot in progress') ?? false;
}

function accepted(response: ApiResponse<SnapshotResponse>, bucket: string): SnapshotResponse {
  if (isInProgress(response)) {
    const message = t(
      'the server is busy with another backup of "{0}", or has not given up one that was cut; try again when that has ended',
      bucket,
    );
    throw new KvError('unavailable', message, { cause: response.error });
  }
  if (response.error) {
    throw fromApiError(response.error, { bucket });
  }
  return response.value;
}

/**
 * Owns the delivery of one snapshot. Each chunk is acknowledged when it is taken, so that the server
 * waits for a slow reader. A stream that ends without the server's word for it is cut: that throws.
 */
class SnapshotChunks implements AsyncIterable<Uint8Array> {
  readonly inbox: string;
  private readonly disposables = new DisposableStore();
  private readonly pending: { readonly data: Uint8Array; readonly reply: string | undefined }[] =
    [];
  private end: { readonly error: KvError | undefined } | undefined;
  private wake: (() => void) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly channel: Channel,
    private readonly silenceMs: number,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.inbox = channel.newInbox();
    this.disposables.add(
      channel.subscribe(this.inbox, {
        onMessage: (message) => this.receive(message),
        onError: (error) => this.finish(error),
      }),
    );
    this.disposables.add(channel.whenLost((error) => this.finish(error)));
    this.disposables.add(onAbort(signal, () => this.finish(cancelled())));
    this.disposables.add({ dispose: () => clearTimeout(this.timer) });
    this.expectMore();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    try {
      for (;;) {
        throwIfCancelled(this.signal);
        const chunk = this.pending.shift();
        if (chunk) {
          yield chunk.data;
          this.acknowledge(chunk.reply);
        } else if (this.end?.error) {
          throw this.end.error;
        } else if (this.end) {
          return;
        } else {
          await new Promise<void>((resolve) => (this.wake = resolve));
        }
      }
    } finally {
      this.dispose();
    }
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Gives the server its time for the next chunk, from now on. */
  expectMore(): void {
    clearTimeout(this.timer);
    if (this.end) {
      return;
    }
    const silent = () => this.pending.length === 0 && this.finish(silence(this.silenceMs));
    this.timer = setTimeout(silent, this.silenceMs);
  }

  private receive(message: Msg): void {
    this.expectMore();
    if (message.data.length === 0) {
      // Servers end a snapshot of one chunk without any header.
      const status = statusOf(message);
      this.finish(status === 0 || status === 204 ? undefined : stopped(status));
      return;
    }
    // A copy: the client uses its buffers again.
    this.pending.push({ data: message.data.slice(), reply: message.reply });
    this.wake?.();
  }

  private acknowledge(reply: string | undefined): void {
    this.expectMore();
    if (reply) {
      this.channel.publish(reply);
    }
  }

  /** Nothing more is listened to, whether what has come is ever read or not. */
  private finish(error: KvError | undefined): void {
    this.end ??= { error };
    this.dispose();
    this.wake?.();
  }
}

function stopped(status: number): KvError {
  const said = t('the server ended the backup with status {0}', status);
  return new KvError(
    'server',
    status === 408
      ? t(
          '{0}: it heard of nothing taken for some seconds; where this user may not publish to "$JS.SNAPSHOT.ACK.>", it never does',
          said,
        )
      : said,
  );
}

function silence(milliseconds: number): KvError {
  return new KvError(
    'timeout',
    t('the server sent nothing of the backup for {0} ms', milliseconds),
  );
}

function cancelled(): KvError {
  return new KvError('cancelled', t('the operation was cancelled'));
}
