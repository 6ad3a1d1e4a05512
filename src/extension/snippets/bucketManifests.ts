import { goDuration } from '../../kv/base/nanoseconds';
import {
  BucketParts,
  type BucketTarget,
  type OriginValues,
  type PlacementValues,
  type RepublishValues,
} from './bucketParts';
import { stringLiteral } from './stringLiteral';

const second = 1_000_000_000n;

/** A `KeyValue` manifest of NACK (`jetstream.nats.io/v1beta2`). */
export function nackManifest(target: BucketTarget): string {
  const parts = new BucketParts(target);
  const ttl = parts.duration('ttl');
  const markers = parts.duration('markerTtl');
  const history =
    parts.say('history') === 'unlimited' ? parts.leave('history') : parts.value('history');
  const storage = parts.value('storage');
  parts.say('storage');
  const replicas = parts.value('replicas');
  parts.say('replicas');
  const spec = [
    ...field('bucket', target.bucket),
    ...field('description', parts.say('description')),
    ...field('history', history),
    ...field('ttl', ttl && goDuration(ttl)),
    ...field('limitMarkerTtl', markers && raw(String(markers))),
    ...field('maxBytes', raw(parts.limit('maxBytes'))),
    ...field('maxValueSize', raw(parts.limit('maxValueSize'))),
    ...field('storage', storage),
    ...field('replicas', replicas),
    ...field('compression', parts.say('compression') === undefined ? undefined : true),
    ...yamlPlacement(parts),
    ...yamlRepublish(parts),
    ...yamlMirror(parts),
    ...yamlSources(parts, target.bucket),
  ];
  const name =
    target.bucket
      .toLowerCase()
      .replace(/_/g, '-')
      .replace(/^-+|-+$/g, '') || 'bucket';
  return [
    ...parts.left().map((note) => `# A KeyValue has no field for ${note}`),
    'apiVersion: jetstream.nats.io/v1beta2',
    'kind: KeyValue',
    'metadata:',
    `  name: ${yaml(name)}`,
    'spec:',
    ...spec.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** A resource of the Terraform provider nats-io/jetstream. */
export function terraformResource(target: BucketTarget): string {
  const parts = new BucketParts(target);
  const seconds = (name: string): string | undefined => {
    const length = parts.duration(name);
    if (length === undefined) {
      return undefined;
    }
    return length % second === 0n ? String(length / second) : parts.leave(name);
  };
  const history =
    parts.say('history') === 'unlimited' ? parts.leave('history') : parts.value('history');
  const description = parts.say<string>('description');
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['name', hcl(target.bucket)],
    ['description', description && hcl(description)],
    // Five is the provider's own default.
    ['history', history === undefined ? undefined : JSON.stringify(history)],
    ['ttl', seconds('ttl')],
    ['limit_marker_ttl', seconds('markerTtl')],
    ['max_bucket_size', parts.limit('maxBytes')],
    ['max_value_size', parts.limit('maxValueSize')],
    [
      'storage',
      parts.say('storage') === undefined ? undefined : hcl(String(parts.value('storage'))),
    ],
    ['replicas', parts.say('replicas') === undefined ? undefined : String(parts.value('replicas'))],
    ...hclPlacement(parts),
  ];
  const present = lines.filter(([, value]) => value !== undefined);
  const width = Math.max(...present.map(([name]) => name.length));
  const label = /^[A-Za-z_]/.test(target.bucket) ? target.bucket : `_${target.bucket}`;
  return [
    ...parts.left().map((note) => `# jetstream_kv_bucket has no argument for ${note}`),
    `resource "jetstream_kv_bucket" "${label}" {`,
    ...present.map(([name, value]) => `  ${name.padEnd(width)} = ${value ?? ''}`),
    '}',
    '',
  ].join('\n');
}

function hclPlacement(parts: BucketParts): (readonly [string, string])[] {
  const value = parts.say<PlacementValues>('placement');
  if (!value) {
    return [];
  }
  // The provider reads tags only beside a cluster.
  if (value.cluster === undefined || value.preferred !== undefined || value.other) {
    return parts.leave('placement') ?? [];
  }
  const { cluster, tags = [] } = value;
  return [
    ['placement_cluster', hcl(cluster)],
    ...(tags.length > 0 ? [['placement_tags', `[${tags.map(hcl).join(', ')}]`] as const] : []),
  ];
}

/** A number that is written as it is. */
interface Raw {
  readonly raw: string;
}

function raw(text: string | undefined): Raw | undefined {
  return text === undefined ? undefined : { raw: text };
}

function field(name: string, value: unknown): string[] {
  if (value === undefined || value === '') {
    return [];
  }
  const isRaw = typeof value === 'object' && value !== null && 'raw' in value;
  return [`${name}: ${isRaw ? (value as Raw).raw : yaml(value)}`];
}

/** In double quotes, JSON and Python write what YAML reads. */
function yaml(value: unknown): string {
  return typeof value === 'string' ? stringLiteral(value, 'python') : JSON.stringify(value);
}

/** HCL has no `\b` and `\f`, and reads `${` and `%{` as the beginning of a template. */
function hcl(text: string): string {
  return stringLiteral(text, 'python')
    .replace(/\\(.)/g, (escape, letter: string) =>
      letter === 'b' ? '\\u0008' : letter === 'f' ? '\\u000c' : escape,
    )
    .replace(/[$%](?=\{)/g, '$&$&');
}

function yamlPlacement(parts: BucketParts): string[] {
  const value = parts.say<PlacementValues>('placement');
  if (!value || value.preferred !== undefined || value.other) {
    return value ? (parts.leave('placement') ?? []) : [];
  }
  return [
    'placement:',
    ...field('cluster', value.cluster).map((line) => `  ${line}`),
    ...(value.tags ? [`  tags: [${value.tags.map(yaml).join(', ')}]`] : []),
  ];
}

function yamlRepublish(parts: BucketParts): string[] {
  const value = parts.say<RepublishValues>('republish');
  if (!value || value.other) {
    return value ? (parts.leave('republish') ?? []) : [];
  }
  if (value.headersOnly) {
    // The schema of the resource lacks it, so that Kubernetes drops it.
    parts.leave('republish', 'republish.headersOnly: true');
  }
  return [
    'republish:',
    ...field('source', value.source).map((line) => `  ${line}`),
    ...field('destination', value.destination).map((line) => `  ${line}`),
  ];
}

function yamlMirror(parts: BucketParts): string[] {
  const value = parts.say<OriginValues>('mirror');
  if (!value || value.consumer || value.other || value.external?.deliverPrefix === '') {
    return value ? (parts.leave('mirror') ?? []) : [];
  }
  return ['mirror:', ...originLines(value).map((line) => `  ${line}`)];
}

/** The controller gives transforms of its own to a source that has none. */
function yamlSources(parts: BucketParts, bucket: string): string[] {
  const values = parts.say<readonly OriginValues[]>('sources') ?? [];
  const isSaid = (source: OriginValues): boolean =>
    !source.consumer &&
    !source.other &&
    (source.transforms !== undefined ||
      (source.external !== undefined && source.stream === `KV_${bucket}`));
  if (values.length === 0 || !values.every(isSaid)) {
    return values.length === 0 ? [] : (parts.leave('sources') ?? []);
  }
  return [
    'sources:',
    ...values.flatMap((source) =>
      originLines(source).map((line, at) => `  ${at === 0 ? '-' : ' '} ${line}`),
    ),
  ];
}

function originLines(origin: OriginValues): string[] {
  const { stream, startRevision, startTime, filter, transforms, external } = origin;
  return [
    ...field('name', stream),
    ...field('optStartSeq', startRevision),
    ...field('optStartTime', startTime),
    ...field('filterSubject', filter),
    ...field('externalApiPrefix', external?.apiPrefix),
    ...field('externalDeliverPrefix', external?.deliverPrefix),
    ...(transforms
      ? [
          'subjectTransforms:',
          ...transforms.flatMap(({ source = '', destination }) => [
            `  - source: ${yaml(source)}`,
            `    dest: ${yaml(destination)}`,
          ]),
        ]
      : []),
  ];
}
