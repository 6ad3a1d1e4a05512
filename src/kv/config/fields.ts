import type { Since } from './since';

/** What a field of a bucket's document holds, and how it is written. */
export type FieldKind =
  | { readonly kind: 'text' }
  | { readonly kind: 'flag' }
  /** One of the server's words; the first is what is meant where the server tells none. */
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'count'; readonly least: number; readonly most?: number }
  /** A whole number, or `"unlimited"`, which is -1 for the server. */
  | { readonly kind: 'limit'; readonly most?: number }
  /** Bytes as `"1 GiB"`, or `"unlimited"`. */
  | { readonly kind: 'size'; readonly most?: number }
  /** A duration as `"24h"`, or `"none"`; the least one in nanoseconds. */
  | { readonly kind: 'duration'; readonly least: bigint }
  /** A time as the server writes it. */
  | { readonly kind: 'time' }
  | { readonly kind: 'texts' }
  | { readonly kind: 'labels' }
  | { readonly kind: 'object'; readonly fields: readonly NestedField[] }
  | { readonly kind: 'objects'; readonly fields: readonly NestedField[] };

/** A field of an object in a document. What is empty is left out. */
export interface NestedField {
  readonly name: string;
  /** As the server calls it. */
  readonly stream: string;
  readonly is: FieldKind;
  readonly required?: boolean;
}

export interface BucketField {
  readonly name: string;
  /** As the server calls it. */
  readonly stream: string;
  readonly is: FieldKind;
  /** The first server that has it; all that KV works with when omitted. */
  readonly since?: Since;
  /** Stands in the document also where it has its default. */
  readonly isShown?: boolean;
  /** `never`: it is what it was made with. `onlyOn`: once true it stays true. */
  readonly changes?: 'never' | 'onlyOn';
  /** Servers before that take no change of it. */
  readonly changesSince?: Since;
}

const millisecond = 1_000_000n;
const second = 1_000n * millisecond;
const text: FieldKind = { kind: 'text' };
const flag: FieldKind = { kind: 'flag' };
const limit: FieldKind = { kind: 'limit' };

const transform: readonly NestedField[] = [
  { name: 'source', stream: 'src', is: text },
  { name: 'destination', stream: 'dest', is: text, required: true },
];

const origin: readonly NestedField[] = [
  { name: 'stream', stream: 'name', is: text, required: true },
  { name: 'startRevision', stream: 'opt_start_seq', is: { kind: 'count', least: 0 } },
  { name: 'startTime', stream: 'opt_start_time', is: { kind: 'time' } },
  { name: 'filter', stream: 'filter_subject', is: text },
  { name: 'transforms', stream: 'subject_transforms', is: { kind: 'objects', fields: transform } },
  {
    name: 'external',
    stream: 'external',
    is: {
      kind: 'object',
      fields: [
        { name: 'apiPrefix', stream: 'api', is: text, required: true },
        { name: 'deliverPrefix', stream: 'deliver', is: text },
      ],
    },
  },
  {
    name: 'consumer',
    stream: 'consumer',
    is: {
      kind: 'object',
      fields: [
        { name: 'name', stream: 'name', is: text },
        { name: 'deliverSubject', stream: 'deliver_subject', is: text },
      ],
    },
  },
];

/** Every field that nats-server 2.15 has for the stream of a bucket, in the order of a document. */
export const bucketFields: readonly BucketField[] = [
  { name: 'description', stream: 'description', is: text, isShown: true },
  {
    name: 'history',
    stream: 'max_msgs_per_subject',
    is: { kind: 'limit', most: 64 },
    isShown: true,
  },
  {
    name: 'ttl',
    stream: 'max_age',
    is: { kind: 'duration', least: 100n * millisecond },
    isShown: true,
  },
  { name: 'keyTtls', stream: 'allow_msg_ttl', is: flag, since: '2.11', changes: 'onlyOn' },
  {
    name: 'markerTtl',
    stream: 'subject_delete_marker_ttl',
    is: { kind: 'duration', least: second },
    since: '2.11',
  },
  { name: 'maxBytes', stream: 'max_bytes', is: { kind: 'size' }, isShown: true },
  {
    name: 'maxValueSize',
    stream: 'max_msg_size',
    is: { kind: 'size', most: 2 ** 31 - 1 },
    isShown: true,
  },
  { name: 'maxMessages', stream: 'max_msgs', is: limit },
  { name: 'maxConsumers', stream: 'max_consumers', is: limit, changesSince: '2.10' },
  {
    name: 'storage',
    stream: 'storage',
    is: { kind: 'choice', choices: ['file', 'memory'] },
    isShown: true,
    changes: 'never',
  },
  {
    name: 'compression',
    stream: 'compression',
    is: { kind: 'choice', choices: ['none', 's2'] },
    since: '2.10',
    isShown: true,
  },
  {
    name: 'replicas',
    stream: 'num_replicas',
    is: { kind: 'count', least: 1, most: 5 },
    isShown: true,
  },
  {
    name: 'placement',
    stream: 'placement',
    is: {
      kind: 'object',
      fields: [
        { name: 'cluster', stream: 'cluster', is: text },
        { name: 'tags', stream: 'tags', is: { kind: 'texts' } },
        { name: 'preferred', stream: 'preferred', is: text },
      ],
    },
  },
  {
    name: 'republish',
    stream: 'republish',
    is: {
      kind: 'object',
      fields: [...transform, { name: 'headersOnly', stream: 'headers_only', is: flag }],
    },
    changesSince: '2.10',
  },
  {
    name: 'mirror',
    stream: 'mirror',
    is: { kind: 'object', fields: origin },
    changesSince: '2.12',
  },
  { name: 'sources', stream: 'sources', is: { kind: 'objects', fields: origin } },
  {
    name: 'subjectTransform',
    stream: 'subject_transform',
    is: { kind: 'object', fields: transform },
    since: '2.10',
  },
  { name: 'subjects', stream: 'subjects', is: { kind: 'texts' } },
  { name: 'metadata', stream: 'metadata', is: { kind: 'labels' }, since: '2.10' },
  {
    name: 'consumerLimits',
    stream: 'consumer_limits',
    is: {
      kind: 'object',
      fields: [
        {
          name: 'inactiveThreshold',
          stream: 'inactive_threshold',
          is: { kind: 'duration', least: 1n },
        },
        { name: 'maxAckPending', stream: 'max_ack_pending', is: { kind: 'count', least: -1 } },
      ],
    },
    since: '2.10',
  },
  { name: 'atomicWrites', stream: 'allow_atomic', is: flag, since: '2.12' },
  { name: 'batchedWrites', stream: 'allow_batched', is: flag, since: '2.14' },
  { name: 'directReads', stream: 'allow_direct', is: flag },
  { name: 'mirrorDirectReads', stream: 'mirror_direct', is: flag },
  { name: 'rollups', stream: 'allow_rollup_hdrs', is: flag },
  { name: 'denyDelete', stream: 'deny_delete', is: flag, changes: 'onlyOn' },
  { name: 'denyPurge', stream: 'deny_purge', is: flag, changes: 'onlyOn' },
  { name: 'sealed', stream: 'sealed', is: flag, changes: 'onlyOn' },
  {
    name: 'discard',
    stream: 'discard',
    is: { kind: 'choice', choices: ['old', 'new'] },
  },
  { name: 'discardNewPerKey', stream: 'discard_new_per_subject', is: flag },
  {
    name: 'duplicateWindow',
    stream: 'duplicate_window',
    is: { kind: 'duration', least: 100n * millisecond },
  },
  {
    name: 'retention',
    stream: 'retention',
    is: { kind: 'choice', choices: ['limits', 'interest', 'workqueue'] },
    changesSince: '2.10',
  },
  { name: 'unacknowledged', stream: 'no_ack', is: flag },
  { name: 'schedules', stream: 'allow_msg_schedules', is: flag, since: '2.12', changes: 'onlyOn' },
  { name: 'counters', stream: 'allow_msg_counter', is: flag, since: '2.12', changes: 'never' },
  {
    name: 'persistMode',
    stream: 'persist_mode',
    is: { kind: 'choice', choices: ['default', 'async'] },
    since: '2.12',
    changes: 'never',
  },
  {
    name: 'firstRevision',
    stream: 'first_seq',
    is: { kind: 'count', least: 0 },
    since: '2.10',
    changes: 'never',
  },
];

/** Under this name stand the fields of the server that this version does not know. */
export const otherFields = 'other';

export function fieldNamed(name: string): BucketField | undefined {
  return bucketFields.find((field) => field.name === name);
}
