import { t } from '../../base/l10n';
import type { CallOptions } from '../../model/kvConnection';
import { KvError } from '../../model/errors';
import { type Channel, isNoResponders } from './channel';
import { type ApiErrorBody, type ErrorContext, fromApiError, jetStreamOff } from './errorMapping';
import { parseReply } from './replyJson';
import { anything, integer, object, optional, type Schema, text } from './schema';

export interface ApiCallOptions extends CallOptions, ErrorContext {
  readonly timeoutMs?: number;
  /** Keeps numbers that a double does not hold, as `JSON.rawJSON` (exactJson.ts). */
  readonly exact?: boolean;
}

/** What a response tells: what was asked for, or an error. */
export type ApiResponse<T> =
  | { readonly value: T; readonly error?: undefined }
  | { readonly error: ApiErrorBody; readonly value?: undefined };

/** Sends requests of the JetStream API as raw JSON. Stateless but for its settings. */
export class JetStreamApi {
  constructor(
    /** `$JS.API`, or that of a domain. */
    readonly prefix: string,
    readonly timeoutMs: number,
  ) {}

  /** Requests and throws the error that the server answered, if any. */
  async call<T>(
    channel: Channel,
    subject: string,
    schema: Schema<T>,
    body?: object,
    options: ApiCallOptions = {},
  ): Promise<T> {
    const { error, value } = await this.ask(channel, subject, schema, body, options);
    if (error) {
      throw fromApiError(error, options);
    }
    return value;
  }

  /** Requests and returns what the server answered, an error included. */
  async ask<T>(
    channel: Channel,
    subject: string,
    schema: Schema<T>,
    body?: object,
    options: ApiCallOptions = {},
  ): Promise<ApiResponse<T>> {
    const payload = body ? JSON.stringify(body) : '';
    const reply = await channel.request(`${this.prefix}.${subject}`, payload, {
      timeoutMs: options.timeoutMs ?? this.timeoutMs,
      signal: options.signal,
    });
    if (isNoResponders(reply)) {
      throw jetStreamOff(undefined, this.prefix);
    }
    return parseResponse(reply.data, schema, options.exact);
  }
}

const failure = object<{ readonly error?: unknown }>({ error: anything });
const errorBody = object<ApiErrorBody>({
  code: integer,
  err_code: optional(integer),
  description: optional(text),
});

/** Parses a response. Throws `server` for what the schema does not let through. */
export function parseResponse<T>(
  data: Uint8Array,
  schema: Schema<T>,
  exact = false,
): ApiResponse<T> {
  const response = checked(parseReply(data, exact), failure);
  return response.error === undefined
    ? { value: checked(response, schema) }
    : { error: checked(response.error, errorBody, 'error') };
}

/** What came, once it is what it has to be. Throws `server`, naming the field that is not. */
export function checked<T>(value: unknown, schema: Schema<T>, where = ''): T {
  const problem = schema(value);
  if (problem !== undefined) {
    const field = `${where}${problem}`.replace(/^\./, '');
    const what = field.startsWith(' ') ? `it${field}` : field;
    throw new KvError('server', t('the server sent an answer that cannot be right: {0}', what));
  }
  return value as T;
}
