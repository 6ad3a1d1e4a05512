import * as vscode from 'vscode';

/** What each field of a bucket's document means, in a sentence or two. */
export function fieldTexts(): Readonly<Record<string, string>> {
  const { t } = vscode.l10n;
  return {
    description: t('What the bucket is for.'),
    history: t(
      'Revisions that are kept of each key, 1 to 64. What is beyond goes for good, at once when this is lowered.',
    ),
    ttl: t(
      'Age at which a value expires, such as "24h" or "7d"; "none" for never. When it is shortened, what is older goes at once.',
    ),
    keyTtls: t('Whether single values may have a TTL of their own. Cannot be switched off again.'),
    markerTtl: t(
      'How long the server leaves a marker where a value expired, so that those who watch are told; "none" for no marker. Needs keyTtls.',
    ),
    maxBytes: t(
      'The most that the bucket may hold, history and markers included, such as "1 GiB". When it is full, writes are refused.',
    ),
    maxValueSize: t('The largest value, headers included, such as "64 KiB".'),
    maxMessages: t('The most messages that the bucket may hold, history and markers included.'),
    maxConsumers: t('The most consumers, such as watches, that the bucket may have at a time.'),
    storage: t('"file" survives a restart, "memory" does not. Cannot be changed later.'),
    compression: t('"s2" compresses what is written from then on; "memory" takes no notice.'),
    replicas: t('Servers of the cluster that hold a copy: 1, 3 or 5.'),
    placement: t('Where the copies are put: in a cluster, on servers that have all of the tags.'),
    republish: t(
      'Every stored message is published again: from the subjects of source to those of destination.',
    ),
    mirror: t(
      'The stream that this bucket is a read-only copy of. It cannot be changed; without it a mirror becomes a bucket of its own (server 2.12).',
    ),
    sources: t(
      'Streams whose messages are copied into this bucket; transforms move them below its own subjects.',
    ),
    subjectTransform: t('Moves what is written to another subject before it is stored.'),
    subjects: t('The subjects that the bucket takes messages of. Clients expect the default.'),
    metadata: t('Labels of your own.'),
    consumerLimits: t('What consumers may have at most, and have where they do not say.'),
    atomicWrites: t('Whether several keys can be written in one step, all of them or none.'),
    batchedWrites: t('Whether clients may write many messages in fast batches.'),
    directReads: t('Whether every replica answers reads, not the leader alone. Clients expect it.'),
    mirrorDirectReads: t('Whether this mirror answers reads that are meant for its origin.'),
    rollups: t('Whether a purge may replace the history of a key. Purging needs it.'),
    denyDelete: t(
      'Whether single messages cannot be deleted through the API. Deleting keys is not meant. Cannot be switched off again.',
    ),
    denyPurge: t('Whether nothing can be purged. Cannot be switched off again.'),
    sealed: t('Whether nothing can be written, deleted or expire any more. Cannot be undone.'),
    discard: t('When the bucket is full: "new" refuses writes, "old" drops the oldest messages.'),
    discardNewPerKey: t(
      'Whether a key that has as many revisions as the history keeps takes no more.',
    ),
    duplicateWindow: t(
      'How long the server knows the ids of messages again; two minutes, or the ttl when that is shorter.',
    ),
    retention: t('Buckets have "limits". The others drop what consumers have taken.'),
    unacknowledged: t('Whether writes are not answered. Clients take every write for failed then.'),
    schedules: t('Whether messages may be stored now and delivered later. Needs "discard": "old".'),
    counters: t('Whether keys are counters, which only increments can be written to.'),
    persistMode: t('"async" answers a write before it is on disk: faster, and less safe.'),
    firstRevision: t('The first revision of a new bucket.'),
    other: t(
      'Fields of the server that this version does not know, in the server’s own names. They go back as they are.',
    ),
  };
}

/** What the fields of the objects in a document mean. */
export function nestedTexts(): Readonly<Record<string, string>> {
  const { t } = vscode.l10n;
  return {
    'placement.cluster': t('The name of a cluster.'),
    'placement.tags': t('Tags that a server must have, all of them.'),
    'placement.preferred': t('Servers take no preferred server for a stream.'),
    source: t('The subjects that are taken, such as "$KV.orders.>"; all when left out.'),
    destination: t('The subject that they become.'),
    headersOnly: t('Whether the values are left out.'),
    stream: t('The name of the stream; that of a bucket is "KV_" and its name.'),
    startRevision: t('The first revision to copy.'),
    startTime: t('Copies what was stored since, such as "2026-01-31T08:00:00Z".'),
    filter: t('Only the messages of these subjects, such as "$KV.orders.eu.>".'),
    transforms: t('Which subjects are copied, and what they become.'),
    external: t('Where the stream is, when it is in another account or domain.'),
    apiPrefix: t('The JetStream API to copy over, such as "$JS.hub.API".'),
    deliverPrefix: t('What the subjects begin with that messages are delivered on.'),
    consumer: t('The consumer of the origin to copy by (server 2.14).'),
    name: t('The name of the consumer.'),
    deliverSubject: t('The subject that the consumer delivers to.'),
    inactiveThreshold: t('How long a consumer may be idle before it is removed.'),
    maxAckPending: t('How many messages a consumer may have that are not acknowledged.'),
  };
}
