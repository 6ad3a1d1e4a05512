import { goDuration } from '../../kv/base/nanoseconds';
import { natsLine, option } from './natsCommand';
import {
  bucketOfStream,
  isPlainSource,
  BucketParts,
  type BucketTarget,
  type OriginValues,
  type PlacementValues,
  type RepublishValues,
} from './bucketParts';
import { shellQuote, type Shell } from './shellQuote';

/** `nats kv add` for a bucket (natscli, `cli/kv_command.go`), what it has no option for above it. */
export function bucketCommand(target: BucketTarget, shell: Shell): string {
  const parts = new BucketParts(target);
  const { bucket } = target;
  const duration = (name: string): string | undefined => {
    const length = parts.duration(name);
    return length === undefined ? undefined : goDuration(length);
  };
  const options = [
    ...option('description', parts.say('description')),
    ...option('history', history(parts)),
    ...option('storage', parts.say('storage')),
    ...option('ttl', duration('ttl')),
    ...option('marker-ttl', duration('markerTtl')),
    ...option('replicas', text(parts.say('replicas'))),
    ...option('max-value-size', parts.limit('maxValueSize')),
    ...option('max-bucket-size', parts.limit('maxBytes')),
    ...placement(parts),
    ...(parts.say('compression') === undefined ? [] : ['--compress']),
    ...metadata(parts),
    ...republish(parts),
    ...mirror(parts),
    ...sources(parts, bucket),
  ];
  // Without this, what starts with a hyphen is taken for an option.
  const end = bucket.startsWith('-') ? ['--'] : [];
  const line = natsLine(target.config, ['kv', 'add', ...options, ...end, bucket], shell);
  // Quoted: a shell that takes no comments on its command line does nothing with it either.
  const notes = parts.left().map((note) => `# ${shellQuote(`no option for ${note}`, shell)}`);
  return [...notes, line].join('\n');
}

function history(parts: BucketParts): string | undefined {
  const value = parts.say('history');
  return value === 'unlimited' ? parts.leave('history') : text(value);
}

function placement(parts: BucketParts): string[] {
  const value = parts.say<PlacementValues>('placement');
  if (!value || value.preferred !== undefined || value.other) {
    return value ? (parts.leave('placement') ?? []) : [];
  }
  return [
    ...option('cluster', value.cluster),
    ...(value.tags ?? []).flatMap((tag) => option('tags', tag)),
  ];
}

/** The CLI cuts a label at its first `=` or `:`. */
function metadata(parts: BucketParts): string[] {
  const labels = Object.entries(parts.say<Record<string, string>>('metadata') ?? {});
  const unsaid = labels.filter(([name]) => /[:=]/.test(name) || name === '');
  unsaid.forEach(([name, value]) =>
    parts.leave('metadata', `metadata: ${JSON.stringify({ [name]: value })}`),
  );
  return labels
    .filter((label) => !unsaid.includes(label))
    .flatMap(([name, value]) => option('metadata', `${name}=${value}`));
}

function republish(parts: BucketParts): string[] {
  const value = parts.say<RepublishValues>('republish');
  if (value?.other) {
    return parts.leave('republish') ?? [];
  }
  return value
    ? [
        ...option('republish-source', value.source),
        ...option('republish-destination', value.destination),
        ...(value.headersOnly ? ['--republish-headers'] : []),
      ]
    : [];
}

function mirror(parts: BucketParts): string[] {
  const value = parts.say<OriginValues>('mirror');
  if (!value) {
    return [];
  }
  const { stream, external, ...rest } = value;
  const domain = /^\$JS\.([^.]+)\.API$/.exec(external?.apiPrefix ?? '')?.[1];
  const bucket = bucketOfStream(stream);
  const isPlain =
    Object.keys(rest).length === 0 && (!external || (domain && !external.deliverPrefix));
  return isPlain && bucket !== undefined
    ? [...option('mirror', bucket), ...option('mirror-domain', domain)]
    : (parts.leave('mirror') ?? []);
}

function sources(parts: BucketParts, bucket: string): string[] {
  const values = parts.say<readonly OriginValues[]>('sources') ?? [];
  return values.every((source) => isPlainSource(source, bucket))
    ? values.flatMap(({ stream }) => option('source', bucketOfStream(stream)))
    : (parts.leave('sources') ?? []);
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
