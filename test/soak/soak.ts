import { eventually } from '../support/poll';
import { MeasuredWorkbench } from '../bench/workbench/measuredWorkbench';
import type { SoakOptions } from './options';
import { connectionsOf } from './plan';
import type { Sample } from './sample';
import { type BucketTruth, SoakServer } from './server';
import { SoakedWindow } from './soakedWindow';
import { Writer } from './writer';

/** A machine that does other things too shows late what it shows. */
const settleMs = 60_000;
const mega = 1e6;

/** Owns all that is soaked: servers, windows, the writer; changes only through its methods. */
export class Soak {
  private readonly begun = performance.now();
  private cuts = 0;
  private sampledAt = performance.now();
  private readonly window: SoakedWindow;
  private readonly idle: MeasuredWorkbench;

  private constructor(
    private readonly servers: readonly SoakServer[],
    windows: { readonly window: SoakedWindow; readonly idle: MeasuredWorkbench },
    private readonly writer: Writer,
    /** The last sequences of the buckets when nobody wrote yet. */
    private readonly liveFrom: ReadonlyMap<string, number>,
  ) {
    this.window = windows.window;
    this.idle = windows.idle;
  }

  static async start(options: SoakOptions): Promise<Soak> {
    const servers: SoakServer[] = [];
    for (const connection of connectionsOf(options)) {
      servers.push(await SoakServer.start(connection, options.keys));
    }
    const idle = await MeasuredWorkbench.idle();
    const window = await SoakedWindow.open(servers);
    const addresses = servers.map(({ connection, url }) => ({ ...connection, url }));
    const before = (await Promise.all(servers.map((server) => server.truth()))).flat();
    const writer = new Writer({ servers: addresses, rate: options.rate, keys: options.keys });
    const liveFrom = new Map(before.map(({ name, lastSequence }) => [name, lastSequence]));
    await window.bench.probe.ask('begin');
    return new Soak(servers, { window, idle }, writer, liveFrom);
  }

  /** Since the beginning, in milliseconds. */
  get elapsed(): number {
    return performance.now() - this.begun;
  }

  /** Ends the connection of one server after the other, in turns by a lost network and by a crash. */
  async cut(): Promise<void> {
    const server = this.servers[this.cuts % this.servers.length];
    const isCrash = this.cuts % 2 === 1;
    this.cuts++;
    if (isCrash) {
      await this.writer.pause();
      await server?.crash();
      this.writer.resume();
    } else {
      await server?.cut();
    }
  }

  /** Has the writer pause, compares what is shown with what is stored once it had time to come, and measures. */
  async sample(): Promise<Sample> {
    const { stallMs = NaN, busyMs = NaN, cpuMs = NaN } = await this.window.bench.probe.ask('end');
    const cpu = cpuMs / (performance.now() - this.sampledAt);
    const written = await this.writer.pause();
    const truth = await this.truth();
    const toCount = sumOf(truth, ({ name, lastSequence }) =>
      this.window.watched.includes(name) ? lastSequence - (this.liveFrom.get(name) ?? NaN) : 0,
    );
    const wrong = await this.wrong(truth, toCount);
    const [host, idle] = [await this.window.bench.memory(), await this.idle.memory()];
    const counted = await this.window.liveCount();
    this.writer.resume();
    await this.window.bench.probe.ask('begin');
    this.sampledAt = performance.now();
    return {
      seconds: this.elapsed / 1_000,
      heap: host.bytes / mega,
      rss: host.rss / mega,
      idleHeap: idle.bytes / mega,
      idleRss: idle.rss / mega,
      consumers: sumOf(truth, ({ consumers }) => consumers),
      ...{ written, toCount, counted, wrong, stallMs, busyMs, cpu, cuts: this.cuts },
    };
  }

  /** Writes what is on the host's heap to a file, which stops the host for seconds: turns are measured anew. */
  async snapshot(file: string): Promise<void> {
    await this.window.bench.probe.ask('snapshot', file);
    await this.window.bench.probe.ask('begin');
    this.sampledAt = performance.now();
  }

  async picture(name: string): Promise<void> {
    await this.window.bench.workbench.shot(name);
  }

  async stop(): Promise<void> {
    await this.writer.end();
    await this.window.bench.close();
    await this.idle.close();
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  private async truth(): Promise<BucketTruth[]> {
    return (await Promise.all(this.servers.map((server) => server.truth()))).flat();
  }

  /** What is still shown otherwise than it is stored when there was time enough. */
  private async wrong(truth: readonly BucketTruth[], toCount: number): Promise<readonly string[]> {
    let wrong: readonly string[] = [];
    const isRight = async () => {
      wrong = [
        ...(await this.wrongCounts(truth)),
        ...(await this.wrongTexts()),
        ...((await this.window.liveCount()) === toCount ? [] : ['count of Live']),
      ];
      return wrong.length === 0;
    };
    const patience = { timeoutMs: settleMs, intervalMs: 250 };
    await eventually(isRight, patience).catch((error: unknown) => {
      wrong = wrong.length > 0 ? wrong : [String(error)];
    });
    return wrong;
  }

  private async wrongCounts(truth: readonly BucketTruth[]): Promise<string[]> {
    const shown = await this.window.keyCounts(truth.map(({ name }) => name));
    const table = await this.window.tableCount();
    return truth.flatMap(({ name, keys }) => [
      ...(shown.get(name) === keys ? [] : [`${name}: ${shown.get(name)} of ${keys} keys`]),
      ...(table.bucket !== name || table.keys === keys
        ? []
        : [`table: ${table.keys} of ${keys} keys`]),
    ]);
  }

  private async wrongTexts(): Promise<string[]> {
    const texts = await this.window.texts();
    const wrong: string[] = [];
    for (const { uri, bucket, key } of this.window.keys) {
      const server = this.servers.find(({ connection }) => connection.buckets.includes(bucket));
      const stored = await server?.value(bucket, key);
      if (compact(texts[uri]) !== compact(stored)) {
        wrong.push(`text of ${bucket} ${key}`);
      }
    }
    return wrong;
  }
}

/** A value without the white space that editors show it with. */
function compact(text: string | undefined): string | undefined {
  return text && JSON.stringify(JSON.parse(text));
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
