/** Where a consumer starts. */
export type DeliverPolicy =
  | { readonly deliver_policy: 'all' }
  | { readonly deliver_policy: 'last_per_subject' }
  | { readonly deliver_policy: 'by_start_sequence'; readonly opt_start_seq: number }
  | { readonly deliver_policy: 'by_start_time'; readonly opt_start_time: string };

export interface ConsumerRequest {
  readonly bucket: string;
  readonly stream: string;
  /** One subject filter, or several that do not overlap: a server before 2.10 passes over those. */
  readonly filter: string | readonly string[];
  readonly start: DeliverPolicy;
  /** True for the values too; headers only otherwise. */
  readonly values?: boolean;
  readonly heartbeatMs: number;
  /** Goes on after a while where another one needs its place, as a watch does. */
  readonly isPatient?: boolean;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}
