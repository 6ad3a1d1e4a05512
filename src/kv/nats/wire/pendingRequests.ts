import type { Msg } from 'nats';
import type { KvError } from '../../model/errors';

/** A request that was sent and not answered. */
export interface PendingRequest {
  readonly subject: string;
  /** Bytes of the message, its headers included. */
  readonly size: () => number;
  take(message: Msg): void;
  fail(error: KvError): void;
}

/** Owns the requests in flight on one connection, each under the last token of its reply subject. */
export class PendingRequests {
  private readonly requests = new Map<string, PendingRequest>();
  private lastToken = 0;

  add(request: PendingRequest): string {
    const token = String(++this.lastToken);
    this.requests.set(token, request);
    return token;
  }

  remove(token: string): void {
    this.requests.delete(token);
  }

  answer(token: string, message: Msg): void {
    this.requests.get(token)?.take(message);
  }

  /** Fails the requests to a subject, or all of them. */
  fail(error: KvError, subject?: string): void {
    [...this.requests.values()]
      .filter((request) => subject === undefined || request.subject === subject)
      .forEach((request) => request.fail(error));
  }

  /** Fails those that are at least as large as any other. */
  failLargest(error: KvError): void {
    const all = [...this.requests.values()].map((request) => ({ request, size: request.size() }));
    const largest = all.reduce((most, { size }) => Math.max(most, size), 0);
    all.filter(({ size }) => size === largest).forEach(({ request }) => request.fail(error));
  }
}
