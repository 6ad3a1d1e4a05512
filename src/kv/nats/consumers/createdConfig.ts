import { isAtLeast } from '../../base/versions';
import { list, object, optional, record, text } from '../wire/schema';

/** What the server echoes of a consumer's configuration: an older one leaves out what it does not know. */
export interface CreatedConfig {
  readonly filter_subject?: string;
  /** Server 2.10. */
  readonly filter_subjects?: readonly string[];
  /** Server 2.10; its own version as `_nats.ver` from server 2.11 on (ADR-44). */
  readonly metadata?: Readonly<Record<string, string>>;
}

export const createdConfig = object<CreatedConfig>({
  filter_subject: optional(text),
  filter_subjects: optional(list(text)),
  metadata: optional(record(text)),
});

/** Tells who made a consumer; its echo tells server 2.10 from older ones. */
export const ownMetadata = { client: 'nats-kv-explorer' };

/** How the names of ours begin. */
export const ownNamePrefix = 'natskv-';
/** The names that ours have: servers before 2.10 keep no metadata. */
const ownName = new RegExp(`^${ownNamePrefix}[\\w-]{8}$`);

/** Whether a consumer is one of this extension, of any window: by its metadata, else by its name. */
export function isOwnConsumer(
  name: string,
  metadata: Readonly<Record<string, string>> | undefined,
): boolean {
  return metadata ? metadata['client'] === ownMetadata.client : ownName.test(name);
}

/** The first version seen to treat several filters right when one of them is purged. */
const severalFiltersSince = '2.15.1';

/** The subjects of which the consumer delivers messages. */
export function filtersOf(config: CreatedConfig | undefined): readonly string[] {
  return config?.filter_subjects ?? [config?.filter_subject || '>'];
}

/**
 * True when a purge of one key may move the consumer past messages of others that it has yet to
 * deliver: so do servers before 2.9.15 (nats-server#3838), and with several filters those before
 * 2.15.1 (nats-server#8571).
 */
export function mayPassOver(
  filters: readonly string[],
  config: CreatedConfig | undefined,
): boolean {
  if (filters.length > 1) {
    return !isAtLeast(config?.metadata?.['_nats.ver'] ?? '', severalFiltersSince);
  }
  const isOneKey = filters.every((filter) => !/(^|\.)[*>](\.|$)/.test(filter));
  return !isOneKey && !config?.metadata;
}
