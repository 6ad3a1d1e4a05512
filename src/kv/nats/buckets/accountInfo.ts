import type { AccountInfo, AccountUse, AccountUses } from '../../model/kvConnection';
import {
  count,
  type FieldSchemas,
  flag,
  integer,
  object,
  optional,
  record,
  text,
} from '../wire/schema';

/** What `$JS.API.INFO` answers, as far as it is used; every field may be absent. */
export interface RawAccountInfo extends RawTier {
  readonly domain?: string;
  readonly api?: { readonly level?: number };
  /** Limits and use of each number of replicas, where the account has them apart (`R1`, `R3`). */
  readonly tiers?: Readonly<Record<string, RawTier>>;
}

interface RawTier {
  readonly memory?: number;
  readonly storage?: number;
  readonly streams?: number;
  readonly consumers?: number;
  readonly limits?: {
    readonly max_memory?: number;
    readonly max_storage?: number;
    readonly max_streams?: number;
    readonly max_consumers?: number;
    readonly max_bytes_required?: boolean;
    readonly storage_max_stream_bytes?: number;
    readonly memory_max_stream_bytes?: number;
  };
}

const tierFields: FieldSchemas<RawTier> = {
  memory: optional(count),
  storage: optional(count),
  streams: optional(count),
  consumers: optional(count),
  limits: optional(
    object<NonNullable<RawTier['limits']>>({
      max_memory: optional(integer),
      max_storage: optional(integer),
      max_streams: optional(integer),
      max_consumers: optional(integer),
      max_bytes_required: optional(flag),
      storage_max_stream_bytes: optional(integer),
      memory_max_stream_bytes: optional(integer),
    }),
  ),
};

export const accountInfo = object<RawAccountInfo>({
  ...tierFields,
  domain: optional(text),
  api: optional(object<NonNullable<RawAccountInfo['api']>>({ level: optional(count) })),
  tiers: optional(record(object<RawTier>(tierFields))),
});

/** The account's use and limits; those of an account with tiers are added up. */
export function toAccountInfo(raw: RawAccountInfo): AccountInfo {
  const tiers = Object.entries(raw.tiers ?? {});
  return {
    ...usesOf(tiers.length > 0 ? tiers.map(([, tier]) => tier) : [raw]),
    tiers: tiers
      .map(([name, tier]) => ({ name, ...usesOf([tier]) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    domain: raw.domain,
    apiLevel: raw.api?.level ?? 0,
  };
}

function usesOf(parts: readonly RawTier[]): AccountUses {
  const total = (use: (tier: RawTier) => number | undefined, limit: Limit): AccountUse => ({
    used: parts.reduce((sum, tier) => sum + (use(tier) ?? 0), 0),
    limit: parts.reduce((sum, tier) => add(sum, tier.limits?.[limit] ?? -1), 0),
  });
  return {
    memory: total((tier) => tier.memory, 'max_memory'),
    storage: total((tier) => tier.storage, 'max_storage'),
    streams: total((tier) => tier.streams, 'max_streams'),
    consumers: total((tier) => tier.consumers, 'max_consumers'),
    ...(parts.some(({ limits }) => limits?.max_bytes_required) && { maxBytesRequired: true }),
    ...largestOf(parts),
  };
}

type Limits = NonNullable<RawTier['limits']>;
type Limit = {
  [Name in keyof Limits]-?: Required<Limits>[Name] extends number ? Name : never;
}[keyof Limits];

/** What one stream may ask for, in the tier that lets it ask for the most. */
function largestOf(parts: readonly RawTier[]): Pick<AccountUses, 'largest'> {
  const most = (name: Limit): number | undefined => {
    const limits = parts.map((tier) => tier.limits?.[name] ?? -1);
    return limits.every((limit) => limit > 0) ? Math.max(...limits) : undefined;
  };
  const [file, memory] = [most('storage_max_stream_bytes'), most('memory_max_stream_bytes')];
  return file === undefined && memory === undefined
    ? {}
    : { largest: { ...(file !== undefined && { file }), ...(memory !== undefined && { memory }) } };
}

/** A sum of limits of which one that is not limited leaves none. */
function add(sum: number, limit: number): number {
  return sum < 0 || limit < 0 ? -1 : sum + limit;
}
