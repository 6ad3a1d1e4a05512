import { BucketParts, type BucketTarget } from './bucketParts';
import {
  decimal,
  history,
  isSaid,
  labels,
  literal,
  mirror,
  numberOf,
  placement,
  quoted,
  republish,
  sources,
  timeUnits,
  type Entries,
} from './codeEntries';
import { stringLiteral, type SnippetLanguage } from './stringLiteral';

interface Dialect {
  readonly comment: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly separator: string;
  readonly entries: (parts: BucketParts, quote: (text: string) => string) => Entries;
}

/**
 * Code that makes a bucket with the official client of a language, to be put behind the code that
 * connects. What the client has no word for is told in comments.
 */
export function bucketCode(language: SnippetLanguage, target: BucketTarget): string {
  const quote = (text: string): string => stringLiteral(text, language);
  const parts = new BucketParts(target);
  const name = quote(target.bucket);
  const { comment, before, after, separator, entries } = dialects[language](name);
  const lines = entries(parts, quote)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${indent}${field}${separator}${value ?? ''},`);
  const notes = parts.left().map((note) => `${comment} The client has no option for ${note}`);
  return [...notes, ...before, ...lines, ...after, ''].join('\n');
}

const indent = '    ';

const dialects: Readonly<Record<SnippetLanguage, (name: string) => Dialect>> = {
  go: () => ({
    comment: '//',
    before: [
      '// github.com/nats-io/nats.go/jetstream; js is a jetstream.JetStream.',
      'kv, err := js.CreateKeyValue(ctx, jetstream.KeyValueConfig{',
    ],
    after: ['})'],
    separator: ': ',
    entries: goEntries,
  }),
  python: () => ({
    comment: '#',
    before: [
      '# nats-py: from nats.js import api; js is nc.jetstream().',
      'kv = await js.create_key_value(api.KeyValueConfig(',
    ],
    after: ['))'],
    separator: '=',
    entries: pythonEntries,
  }),
  typescript: (name) => ({
    comment: '//',
    before: [
      '// @nats-io/kv and @nats-io/jetstream; kvm is new Kvm(nc).',
      `const kv = await kvm.create(${name}, {`,
    ],
    after: ['});'],
    separator: ': ',
    entries: typescriptEntries,
  }),
  csharp: (name) => ({
    comment: '//',
    before: [
      '// NATS.Net; kv is client.CreateKeyValueStoreContext().',
      `var store = await kv.CreateStoreAsync(new NatsKVConfig(${name})`,
      '{',
    ],
    after: ['});'],
    separator: ' = ',
    entries: csharpEntries,
  }),
};

function goEntries(parts: BucketParts, quote: (text: string) => string): Entries {
  const duration = (name: string): string | undefined => {
    const length = parts.duration(name);
    const unit = length && timeUnits.find(([, size]) => length % size === 0n);
    return length && unit ? `${length / unit[1]} * time.${unit[0]}` : undefined;
  };
  return [
    ['Bucket', quote(parts.target.bucket)],
    ['Description', quoted(parts, quote)],
    ['History', history(parts)],
    ['TTL', duration('ttl')],
    ['LimitMarkerTTL', duration('markerTtl')],
    ['MaxBytes', parts.limit('maxBytes')],
    ['MaxValueSize', parts.limit('maxValueSize')],
    ['Storage', isSaid(parts, 'storage') ? 'jetstream.MemoryStorage' : undefined],
    ['Replicas', numberOf(parts, 'replicas')],
    ['Compression', isSaid(parts, 'compression') ? 'true' : undefined],
    [
      'Placement',
      placement(parts, ({ cluster, tags }) =>
        literal('&jetstream.Placement{', '}', ': ', [
          ['Cluster', cluster === undefined ? undefined : quote(cluster)],
          ['Tags', tags && `[]string{${tags.map(quote).join(', ')}}`],
        ]),
      ),
    ],
    [
      'RePublish',
      republish(parts, ({ source, destination, headersOnly }) =>
        literal('&jetstream.RePublish{', '}', ': ', [
          ['Source', source === undefined ? undefined : quote(source)],
          ['Destination', quote(destination)],
          ['HeadersOnly', headersOnly ? 'true' : undefined],
        ]),
      ),
    ],
    ['Mirror', mirror(parts, (stream) => `&jetstream.StreamSource{Name: ${quote(stream)}}`)],
    [
      'Sources',
      sources(parts, (names) => {
        const each = names.map((name) => `{Name: ${quote(name)}}`);
        return `[]*jetstream.StreamSource{${each.join(', ')}}`;
      }),
    ],
    ['Metadata', labels(parts, quote, 'map[string]string{', ': ', '}')],
  ];
}

function pythonEntries(parts: BucketParts, quote: (text: string) => string): Entries {
  const seconds = (name: string): string | undefined => {
    const length = parts.duration(name);
    return length === undefined ? undefined : decimal(length, 1_000_000_000n);
  };
  if (parts.value('keyTtls') === true) {
    parts.say('keyTtls');
  } else {
    parts.leave('keyTtls', 'keyTtls: false, which it switches on');
  }
  return [
    ['bucket', quote(parts.target.bucket)],
    ['description', quoted(parts, quote)],
    ['history', history(parts)],
    ['ttl', seconds('ttl')],
    ['limit_marker_ttl', seconds('markerTtl')],
    ['max_bytes', parts.limit('maxBytes')],
    ['max_value_size', parts.limit('maxValueSize')],
    ['storage', isSaid(parts, 'storage') ? 'api.StorageType.MEMORY' : undefined],
    ['replicas', numberOf(parts, 'replicas')],
    [
      'republish',
      republish(parts, ({ source, destination, headersOnly }) =>
        literal('api.RePublish(', ')', '=', [
          ['src', quote(source ?? '>')],
          ['dest', quote(destination)],
          ['headers_only', headersOnly ? 'True' : undefined],
        ]),
      ),
    ],
    // It has no default that clients expect.
    ['direct', parts.say('directReads') === false ? 'False' : 'True'],
  ];
}

function typescriptEntries(parts: BucketParts, quote: (text: string) => string): Entries {
  const milliseconds = (name: string): string | undefined => {
    const length = parts.duration(name);
    return length === undefined ? undefined : decimal(length, 1_000_000n);
  };
  if (parts.value('denyDelete') === true) {
    parts.leave('denyDelete', 'denyDelete: true');
  } else {
    parts.say('denyDelete');
  }
  return [
    ['description', quoted(parts, quote)],
    ['history', history(parts)],
    ['ttl', milliseconds('ttl')],
    ['markerTTL', milliseconds('markerTtl')],
    ['max_bytes', parts.limit('maxBytes')],
    ['maxValueSize', parts.limit('maxValueSize')],
    ['storage', isSaid(parts, 'storage') ? 'StorageType.Memory' : undefined],
    ['replicas', numberOf(parts, 'replicas')],
    ['compression', isSaid(parts, 'compression') ? 'true' : undefined],
    ['allow_direct', parts.say('directReads') === false ? 'false' : undefined],
    [
      'placement',
      placement(parts, ({ cluster = '', tags = [] }) =>
        literal('{ ', ' }', ': ', [
          ['cluster', quote(cluster)],
          ['tags', `[${tags.map(quote).join(', ')}]`],
        ]),
      ),
    ],
    [
      'republish',
      republish(parts, ({ source, destination, headersOnly }) =>
        literal('{ ', ' }', ': ', [
          ['src', quote(source ?? '>')],
          ['dest', quote(destination)],
          ['headers_only', headersOnly ? 'true' : undefined],
        ]),
      ),
    ],
    ['mirror', mirror(parts, (stream) => `{ name: ${quote(stream)} }`)],
    [
      'sources',
      sources(parts, (names) => `[${names.map((name) => `{ name: ${quote(name)} }`).join(', ')}]`),
    ],
    ['metadata', labels(parts, quote, '{ ', ': ', ' }')],
  ];
}

function csharpEntries(parts: BucketParts, quote: (text: string) => string): Entries {
  const span = (name: string): string | undefined => {
    const length = parts.duration(name);
    if (length === undefined) {
      return undefined;
    }
    // A tick of .NET is 100 ns.
    if (length % 100n !== 0n) {
      return parts.leave(name);
    }
    const unit = timeUnits.find(([, size]) => size >= 1_000_000n && length % size === 0n);
    return unit
      ? `TimeSpan.From${unit[0]}s(${length / unit[1]})`
      : `TimeSpan.FromTicks(${length / 100n})`;
  };
  return [
    ['Description', quoted(parts, quote)],
    ['History', history(parts)],
    ['MaxAge', span('ttl')],
    ['LimitMarkerTTL', span('markerTtl')],
    ['MaxBytes', parts.limit('maxBytes')],
    ['MaxValueSize', parts.limit('maxValueSize')],
    ['Storage', isSaid(parts, 'storage') ? 'NatsKVStorageType.Memory' : undefined],
    ['NumberOfReplicas', numberOf(parts, 'replicas')],
    ['Compression', isSaid(parts, 'compression') ? 'true' : undefined],
    [
      'Placement',
      placement(parts, ({ cluster, tags }) =>
        literal('new Placement { ', ' }', ' = ', [
          ['Cluster', cluster === undefined ? undefined : quote(cluster)],
          ['Tags', tags && `[${tags.map(quote).join(', ')}]`],
        ]),
      ),
    ],
    [
      'Republish',
      republish(parts, ({ source, destination, headersOnly }) =>
        literal('new NatsKVRepublish { ', ' }', ' = ', [
          ['Src', quote(source ?? '>')],
          ['Dest', quote(destination)],
          ['HeadersOnly', headersOnly ? 'true' : undefined],
        ]),
      ),
    ],
    ['Mirror', mirror(parts, (stream) => `new StreamSource { Name = ${quote(stream)} }`)],
    [
      'Sources',
      sources(
        parts,
        (names) =>
          `[${names.map((name) => `new StreamSource { Name = ${quote(name)} }`).join(', ')}]`,
      ),
    ],
    [
      'Metadata',
      labels(
        parts,
        (text) => quote(text),
        'new Dictionary<string, string> { [',
        '] = ',
        ' }',
        ', [',
      ),
    ],
  ];
}
