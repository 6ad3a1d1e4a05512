import { vi } from 'vitest';
import { window, type LogOutputChannel } from 'vscode';
import { ConnectionSession } from '../../../../src/kv/session/connectionSession';
import { keyNode, type KeyNode } from '../../../../src/views/buckets/rows/nodes';
import { text } from '../../../kv/contract/harness';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';

/** A session on a fake system with the buckets `b`, which keeps history, and `one`, which does not. */
export class KeyBench {
  readonly connection = new FakeKvConnection();
  readonly session: ConnectionSession;
  readonly logged: string[] = [];
  readonly log = {
    error: (line: string) => this.logged.push(line),
    show: () => undefined,
  } as unknown as LogOutputChannel;
  /** The messages of errors that were shown. */
  readonly errors: string[] = [];
  /** What was asked, each with its detail. */
  readonly asked: string[] = [];

  private constructor(name: string, environment: string | undefined) {
    const url = 'nats://127.0.0.1:4222';
    const config = { id: name, name, url, ...(environment && { environment }) };
    this.session = new ConnectionSession(config, () => Promise.resolve(this.connection));
    vi.spyOn(window, 'showErrorMessage').mockImplementation((message: string) => {
      this.errors.push(message);
      return Promise.resolve(undefined);
    });
  }

  static async start(name = 'local', environment?: string): Promise<KeyBench> {
    const bench = new KeyBench(name, environment);
    await bench.connection.createBucket({ name: 'b', history: 5 });
    await bench.connection.createBucket({ name: 'one' });
    await bench.connection.createBucket({ name: 'ttl', markerTtl: 60_000 });
    await bench.session.connect();
    return bench;
  }

  /** Answers every modal question with these labels in turn; undefined cancels. */
  answer(...labels: (string | undefined)[]): void {
    const reply = (question: string, options?: { detail?: string }): Promise<unknown> => {
      this.asked.push(`${question} ${options?.detail ?? ''}`);
      return Promise.resolve(labels.shift());
    };
    for (const name of ['showWarningMessage', 'showInformationMessage'] as const) {
      vi.spyOn(window, name).mockImplementation(reply as never);
    }
  }

  put(bucket: string, key: string, value: string): number {
    return this.connection.foreignPut(bucket, key, value);
  }

  key(bucket: string, key: string): KeyNode {
    return keyNode(this.session, bucket, key);
  }

  async value(bucket: string, key: string): Promise<string | undefined> {
    const entry = await this.connection.get(bucket, key);
    return entry?.operation === 'PUT' ? text(entry.value) : undefined;
  }
}
