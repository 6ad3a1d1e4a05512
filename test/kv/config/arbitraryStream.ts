import * as fc from 'fast-check';
import type { StreamConfiguration } from '../../../src/kv/model/bucket';
import type { Since } from '../../../src/kv/config/since';

const second = 1_000_000_000;
const words = fc.stringMatching(/^[a-z]{1,8}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 30 });

const duration = fc.oneof(
  fc.integer({ min: 200_000_000, max: 100 * second }),
  fc.integer({ min: 1, max: 400 }).map((days) => days * 86_400 * second),
  fc.integer({ min: 1, max: 400 }).map((hours) => hours * 3_600 * second),
);

const limit = fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: 1_000_000 }));

const transforms = fc
  .uniqueArray(words, { minLength: 1, maxLength: 2 })
  .map((names) => names.map((name) => ({ src: `$KV.${name}.>`, dest: `$KV.b.${name}.>` })));

/** A stream that a bucket copies from, as servers from 2.10 on have it. */
function origin(since: Since | '2.9') {
  const filters: fc.Arbitrary<object>[] = [
    fc.constant({}),
    words.map((name) => ({ filter_subject: `$KV.${name}.>` })),
    ...(since === '2.9' ? [] : [transforms.map((subject_transforms) => ({ subject_transforms }))]),
  ];
  const starts: fc.Arbitrary<object>[] = [
    fc.constant({}),
    fc.integer({ min: 1, max: 1_000_000 }).map((opt_start_seq) => ({ opt_start_seq })),
    fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
      .map((date) => ({ opt_start_time: date.toISOString().replace(/\.?0+Z$/, 'Z') })),
  ];
  const external = fc.option(
    words.map((name) => ({ external: { api: `$JS.${name}.API`, deliver: `deliver.${name}` } })),
    { nil: {} },
  );
  return fc
    .tuple(words, fc.oneof(...filters), fc.oneof(...starts), external)
    .map(([name, filter, start, more]) => ({
      name: `KV_${name}x`,
      ...filter,
      ...start,
      ...more,
    }));
}

/**
 * Configurations of the stream of the bucket `b`, as somebody else would make it, with any of the
 * fields that a server of that version has. Most of them are ones that it takes.
 */
export function arbitraryStream(since: Since | '2.9'): fc.Arbitrary<StreamConfiguration> {
  const has = (version: Since) =>
    since !== '2.9' && Number(since.slice(2)) >= Number(version.slice(2));
  const flag = fc.boolean();
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
  const rarely = <T>(value: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
  const only = <T>(version: Since, value: fc.Arbitrary<T>) =>
    has(version) ? value : fc.constant(undefined);
  return fc
    .record({
      description: maybe(text),
      max_msgs_per_subject: fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: 64 })),
      max_age: fc.oneof(fc.constant(0), duration),
      max_bytes: fc.oneof(fc.constant(-1), fc.integer({ min: 1_000, max: 9_000_000 })),
      max_msg_size: fc.oneof(fc.constant(-1), fc.integer({ min: 10, max: 2 ** 31 - 1 })),
      max_msgs: limit,
      max_consumers: limit,
      storage: fc.constantFrom('file', 'memory'),
      discard: fc.constantFrom('new', 'old'),
      retention: fc.constantFrom('limits', 'limits', 'interest', 'workqueue'),
      duplicate_window: maybe(duration),
      allow_direct: flag,
      mirror_direct: flag,
      allow_rollup_hdrs: flag,
      deny_delete: flag,
      deny_purge: flag,
      no_ack: rarely(flag),
      discard_new_per_subject: rarely(flag),
      republish: maybe(
        fc.record(
          {
            src: fc.constantFrom('>', '$KV.b.>'),
            dest: words.map((name) => `changed.${name}.>`),
            headers_only: flag,
          },
          { requiredKeys: ['dest'] },
        ),
      ),
      placement: rarely(fc.record({ tags: fc.uniqueArray(words, { minLength: 1, maxLength: 3 }) })),
      mirror: rarely(origin(since)),
      sources: maybe(fc.uniqueArray(origin(since), { maxLength: 3, selector: ({ name }) => name })),
      subjects: rarely(words.map((name) => ['$KV.b.>', `also.${name}.>`])),
      compression: only('2.10', fc.constantFrom('none', 's2')),
      metadata: only('2.10', maybe(fc.dictionary(words, text, { maxKeys: 3 }))),
      consumer_limits: only(
        '2.10',
        maybe(
          fc.record(
            { inactive_threshold: duration, max_ack_pending: fc.integer({ min: 1, max: 5_000 }) },
            { requiredKeys: [] },
          ),
        ),
      ),
      subject_transform: only(
        '2.10',
        rarely(words.map((name) => ({ src: `$KV.b.${name}.>`, dest: `$KV.b.to.${name}.>` }))),
      ),
      first_seq: only('2.10', rarely(fc.integer({ min: 1, max: 100_000 }))),
      allow_msg_ttl: only('2.11', flag),
      subject_delete_marker_ttl: only(
        '2.11',
        maybe(fc.integer({ min: 1, max: 1_000 }).map((count) => count * second)),
      ),
      allow_atomic: only('2.12', flag),
      allow_msg_schedules: only('2.12', rarely(flag)),
      allow_msg_counter: only('2.12', rarely(flag)),
      persist_mode: only('2.12', rarely(fc.constant('async'))),
      allow_batched: only('2.14', flag),
    })
    .map((fields) => withRules(fields));
}

type Fields = Readonly<Record<string, unknown>>;

/** Without what excludes each other. */
function withRules(fields: Fields): StreamConfiguration {
  const all: Record<string, unknown> = { name: 'KV_b', subjects: ['$KV.b.>'], num_replicas: 1 };
  Object.entries(fields).forEach(([name, value]) => {
    if (value !== undefined) {
      all[name] = value;
    }
  });
  const drop = (...names: readonly string[]) => names.forEach((name) => delete all[name]);
  if (all['mirror'] !== undefined) {
    drop('subjects', 'sources', 'first_seq', 'allow_atomic', 'allow_batched');
    drop('allow_msg_schedules', 'allow_msg_counter', 'subject_delete_marker_ttl');
  }
  if (all['allow_rollup_hdrs'] === true || all['subject_delete_marker_ttl'] !== undefined) {
    drop('deny_purge');
  }
  if (all['discard'] === 'new' || Array.isArray(all['sources'])) {
    drop('allow_msg_schedules');
  }
  const hasTtls = all['allow_msg_ttl'] === true || all['subject_delete_marker_ttl'] !== undefined;
  if (all['discard'] === 'new' || hasTtls || all['retention'] !== 'limits') {
    drop('allow_msg_counter');
  }
  if (all['discard'] === 'old' || all['max_msgs_per_subject'] === -1) {
    drop('discard_new_per_subject');
  }
  if (all['storage'] === 'memory' || all['allow_atomic'] === true) {
    drop('persist_mode');
  }
  if (Number(all['max_age']) > 0 && Number(all['duplicate_window'] ?? 0) > Number(all['max_age'])) {
    drop('duplicate_window');
  }
  return all;
}
