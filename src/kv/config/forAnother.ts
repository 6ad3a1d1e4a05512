import type { BucketValues } from './bucketDocument';

/** Fields that say how something came about and not how it is to be. */
const ownFields: ReadonlySet<string> = new Set(['sealed']);

/**
 * A bucket's document for another bucket: subjects that are below the bucket's own keys, as its
 * sources' keys come to them and its republishing takes them from, become those of the other one.
 */
export function forAnother(values: BucketValues, from: string, to: string): BucketValues {
  const own = `$KV.${from}.`;
  const moved = (value: unknown, name: string): unknown => {
    if (typeof value === 'string') {
      const isSubject = value.startsWith(own) && movedNames.has(name);
      return isSubject ? `$KV.${to}.${value.slice(own.length)}` : value;
    }
    if (Array.isArray(value)) {
      return value.map((each) => moved(each, name));
    }
    return typeof value === 'object' && value !== null && !('rawJSON' in value)
      ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, moved(each, key)]))
      : value;
  };
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => !ownFields.has(name))
      .map(([name, value]) => {
        const isSources = name === 'sources';
        return [
          name,
          isSources ? movedSources(value, own, to) : movesWith(name) ? moved(value, name) : value,
        ];
      }),
  );
}

const movedNames: ReadonlySet<string> = new Set(['subjects', 'source', 'destination']);

function movesWith(name: string): boolean {
  return name === 'subjects' || name === 'republish' || name === 'subjectTransform';
}

/** Only where the keys go to: where they come from stays what it is. */
function movedSources(value: unknown, own: string, to: string): unknown {
  type Transform = Readonly<Record<string, unknown>>;
  type Source = Readonly<Record<string, unknown>> & { readonly transforms?: readonly Transform[] };
  return (value as readonly Source[]).map((source) =>
    source.transforms
      ? {
          ...source,
          transforms: source.transforms.map((transform) => {
            const { destination } = transform;
            return typeof destination === 'string' && destination.startsWith(own)
              ? { ...transform, destination: `$KV.${to}.${destination.slice(own.length)}` }
              : transform;
          }),
        }
      : source,
  );
}
