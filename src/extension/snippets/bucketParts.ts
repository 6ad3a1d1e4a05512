import { defaultOf, othersOf, valueIn, type BucketValues } from '../../kv/config/bucketDocument';
import { bucketFields, fieldNamed, otherFields } from '../../kv/config/fields';
import { durationOf, isSame, toStream } from '../../kv/config/fieldValues';
import type { ConnectionConfig } from '../../kv/model/connectionConfig';

/** A bucket as it is to be said elsewhere. */
export interface BucketTarget {
  readonly config: ConnectionConfig;
  readonly bucket: string;
  readonly values: BucketValues;
}

/** Where a mirror or a source copies from, as documents have it. */
export interface OriginValues {
  readonly stream: string;
  readonly startRevision?: number;
  readonly startTime?: string;
  readonly filter?: string;
  readonly transforms?: readonly { readonly source?: string; readonly destination: string }[];
  readonly external?: { readonly apiPrefix: string; readonly deliverPrefix?: string };
  readonly consumer?: object;
  readonly other?: object;
}

export interface RepublishValues {
  readonly source?: string;
  readonly destination: string;
  readonly headersOnly?: boolean;
  readonly other?: object;
}

export interface PlacementValues {
  readonly cluster?: string;
  readonly tags?: readonly string[];
  readonly preferred?: string;
  readonly other?: object;
}

/**
 * Owns which fields of a bucket have been said; changes only by asking for them. What has another
 * value than every KV client gives it and was not said is left, and is told in a comment.
 */
export class BucketParts {
  private readonly said = new Set<string>();
  private readonly more: string[] = [];

  constructor(readonly target: BucketTarget) {}

  /** The value of a field, undefined where it has the one that it has anyway. */
  say<T>(name: string): T | undefined {
    this.said.add(name);
    return this.isUsual(name) ? undefined : (this.value(name) as T);
  }

  /** The value of a field, whatever it is. */
  value(name: string): unknown {
    const field = fieldNamed(name);
    return field && valueIn(field, this.target.bucket, this.target.values);
  }

  /** Nanoseconds of a duration; undefined for none. */
  duration(name: string): bigint | undefined {
    const value = this.say<string>(name);
    return value === undefined ? undefined : durationOf(value);
  }

  /** Digits of a limit; undefined for none. */
  limit(name: string): string | undefined {
    const value = this.say(name);
    const field = fieldNamed(name);
    return value === undefined || !field ? undefined : JSON.stringify(toStream(field.is, value));
  }

  /** A field that cannot be said after all, or not all of it. */
  leave(name: string, why?: string): undefined {
    this.said.delete(name);
    if (why !== undefined) {
      this.said.add(name);
      this.more.push(why);
    }
    return undefined;
  }

  /** What was not said, a line each: one line, without what a terminal or an editor would not show. */
  left(): string[] {
    const fields = bucketFields
      .map(({ name }) => name)
      .filter((name) => !this.said.has(name) && !this.isUsual(name))
      .map((name) => `${name}: ${JSON.stringify(this.value(name))}`);
    const others = Object.entries(othersOf(this.target.values)).map(
      ([name, value]) => `${otherFields}.${name}: ${JSON.stringify(value)}`,
    );
    return [...fields, ...this.more, ...others].map((line) =>
      line.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' '),
    );
  }

  private isUsual(name: string): boolean {
    const field = fieldNamed(name);
    const { bucket, values } = this.target;
    return (
      !field || isSame(field.is, valueIn(field, bucket, values), defaultOf(field, bucket, values))
    );
  }
}

/** The name of the bucket of a stream; undefined for a stream of another kind. */
export function bucketOfStream(stream: string): string | undefined {
  return stream.startsWith('KV_') ? stream.slice('KV_'.length) : undefined;
}

/** Whether a source is what KV clients make of the name of a bucket alone. */
export function isPlainSource(source: OriginValues, bucket: string): boolean {
  const { stream, transforms = [], ...rest } = source;
  const from = bucketOfStream(stream);
  const [first] = transforms;
  return (
    from !== undefined &&
    Object.keys(rest).length === 0 &&
    transforms.length === 1 &&
    first?.source === `$KV.${from}.>` &&
    first.destination === `$KV.${bucket}.>`
  );
}
