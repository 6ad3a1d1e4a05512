import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type JetStreamManager, type NatsConnection, StringCodec } from 'nats';
import { type NatsServer, startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { type Proxy, startProxy } from '../support/proxy';
import { changeOf, history, keyOf, type SoakConnection } from './plan';

const codec = StringCodec();
const awayMs = 2_000;

/** What a server holds, for comparison with what is shown. */
export interface BucketTruth {
  readonly name: string;
  /** Keys with a value. */
  readonly keys: number;
  readonly lastSequence: number;
  readonly consumers: number;
}

/** Owns one server, the proxy that VS Code reaches it by, and its buckets; changes only through its methods. */
export class SoakServer {
  private constructor(
    readonly connection: SoakConnection,
    private readonly server: NatsServer,
    private readonly proxy: Proxy,
    private readonly client: NatsConnection,
    private readonly streams: JetStreamManager,
  ) {}

  static async start(connection: SoakConnection, keys: number): Promise<SoakServer> {
    const server = await startNatsServer();
    const proxy = await startProxy(server.port);
    const options = { servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 };
    const client = await connect(options);
    for (const bucket of connection.buckets) {
      const kv = await client.jetstream().views.kv(bucket, { history });
      const { value = '' } = changeOf(0, keys);
      for (let key = 0; key < keys; key++) {
        await kv.put(keyOf(key), codec.encode(value));
      }
    }
    const streams = await client.jetstreamManager();
    return new SoakServer(connection, server, proxy, client, streams);
  }

  /** Where the writer finds it. */
  get url(): string {
    return this.server.url;
  }

  /** Where VS Code finds it. */
  get proxied(): string {
    return this.proxy.url;
  }

  /** Breaks the connections of VS Code and refuses it for a moment, as a lost network does. */
  async cut(): Promise<void> {
    this.proxy.refuse();
    this.proxy.cut();
    await sleep(awayMs);
    await this.proxy.accept();
  }

  /** Ends the server as a crash does, and starts it again. What it has not stored yet is lost: write nothing. */
  async crash(): Promise<void> {
    await this.server.kill9();
    await sleep(awayMs);
    await this.server.restart();
    await eventually(() => this.client.flush());
  }

  async truth(): Promise<BucketTruth[]> {
    return Promise.all(this.connection.buckets.map((name) => this.truthOf(name)));
  }

  /** The value of a key as it is stored. */
  async value(bucket: string, key: string): Promise<string> {
    const kv = await this.client.jetstream().views.kv(bucket, { bindOnly: true });
    return codec.decode((await kv.get(key))?.value ?? new Uint8Array());
  }

  async stop(): Promise<void> {
    await this.client.close();
    this.proxy.stop();
    await this.server.stop();
  }

  private async truthOf(name: string): Promise<BucketTruth> {
    const kv = await this.client.jetstream().views.kv(name, { bindOnly: true });
    const { state } = await this.streams.streams.info(`KV_${name}`);
    const consumers = state.consumer_count;
    let keys = 0;
    for await (const key of await kv.keys()) {
      keys += key === '' ? 0 : 1;
    }
    return { name, keys, lastSequence: state.last_seq, consumers };
  }
}
