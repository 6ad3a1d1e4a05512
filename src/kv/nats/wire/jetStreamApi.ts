import type { CallOptions } from '../../model/kvConnection';
import { KvError } from '../../model/errors';
import { type Channel, isNoResponders } from './channel';
import { type ApiErrorBody, type ErrorContext, fromApiError, jetStreamOff } from './errorMapping';
import { parseExactly } from './exactJson';

export interface ApiCallOptions extends CallOptions, ErrorContext {
  readonly timeoutMs?: number;
  /** Keeps numbers that a double does not hold, as `JSON.rawJSON` (exactJson.ts). */
  readonly exact?: boolean;
}

/** A response is either its own fields or an error. */
export type ApiResponse<T> = Partial<T> & { readonly error?: ApiErrorBody };

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
    body?: object,
    options: ApiCallOptions = {},
  ): Promise<Partial<T>> {
    const response = await this.ask<T>(channel, subject, body, options);
    if (response.error) {
      throw fromApiError(response.error, options);
    }
    return response;
  }

  /** Requests and returns what the server answered, an error included. */
  async ask<T>(
    channel: Channel,
    subject: string,
    body?: object,
    options: ApiCallOptions = {},
  ): Promise<ApiResponse<T>> {
    const payload = body ? JSON.stringify(body) : '';
    const reply = await channel.request(`${this.prefix}.${subject}`, payload, {
      timeoutMs: options.timeoutMs ?? this.timeoutMs,
      signal: options.signal,
    });
    if (isNoResponders(reply)) {
      throw jetStreamOff();
    }
    return parseResponse<T>(reply.data, options.exact ? parseExactly : JSON.parse);
  }
}

/** Parses a response. Throws `server` when it is not a JSON object. */
export function parseResponse<T>(
  data: Uint8Array,
  parse: (text: string) => unknown = JSON.parse,
): ApiResponse<T> {
  const text = new TextDecoder().decode(data);
  try {
    const response = parse(text);
    if (typeof response === 'object' && response !== null) {
      return response;
    }
  } catch (error) {
    throw new KvError('server', 'the server sent an answer that is not JSON', { cause: error });
  }
  throw new KvError('server', 'the server sent an answer that is not a JSON object');
}
