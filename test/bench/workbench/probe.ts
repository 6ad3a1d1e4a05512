import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setFlagsFromString, writeHeapSnapshot } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import { bytesInUse, measureTurns } from '../../support/meters';
import type { ProbeAnswer, ProbeRequest } from './probeClient';
import { openEditors, textsOf } from './probeEditors';

/**
 * An extension that stands beside ours in the extension host and measures that process from inside.
 * It calls the benchmark at the port in the setting `bench.port` and answers what it is asked.
 */
export function activate(context: vscode.ExtensionContext): void {
  const port = vscode.workspace.getConfiguration('bench').get<number>('port');
  if (port === undefined) {
    return;
  }
  setFlagsFromString('--expose-gc');
  globalThis.gc = runInNewContext('gc') as typeof globalThis.gc;
  const socket = connect(port, '127.0.0.1');
  const probe = new Probe();
  createInterface({ input: socket }).on('line', (line) => {
    const { id, ...request } = JSON.parse(line) as ProbeRequest;
    void answerTo(probe, request).then((told) => {
      const answer: ProbeAnswer = { id, ...told };
      socket.write(`${JSON.stringify(answer)}\n`);
    });
  });
  context.subscriptions.push({ dispose: () => socket.destroy() });
}

async function answerTo(
  probe: Probe,
  { kind, file, uris = [] }: Omit<ProbeRequest, 'id'>,
): Promise<Omit<ProbeAnswer, 'id'>> {
  switch (kind) {
    case 'open':
      await openEditors(uris);
      return { told: {} };
    case 'texts':
      return { told: {}, texts: textsOf(uris) };
    case 'snapshot':
      writeHeapSnapshot(file);
      return { told: {} };
    default:
      return { told: await probe.answer(kind, file) };
  }
}

/** Owns one measurement at a time; changes only through `answer`. */
class Probe {
  private stalls = measureTurns();
  private begun = performance.now();
  private cpu = process.cpuUsage();
  private readonly refreshes = countRefreshes();
  private readonly profiler = new Session();

  async answer(
    kind: 'begin' | 'end' | 'memory',
    file: string | undefined,
  ): Promise<ProbeAnswer['told']> {
    switch (kind) {
      case 'begin':
        return this.begin(file !== undefined);
      case 'end':
        return this.end(file);
      case 'memory':
        return { rss: process.memoryUsage.rss(), bytes: bytesInUse() };
    }
  }

  private async begin(profile: boolean): Promise<ProbeAnswer['told']> {
    if (profile) {
      this.profiler.connect();
      await this.profiler.post('Profiler.enable');
      await this.profiler.post('Profiler.start');
    }
    this.stalls();
    this.stalls = measureTurns();
    this.begun = performance.now();
    this.cpu = process.cpuUsage();
    this.refreshes.length = 0;
    return {};
  }

  private async end(file: string | undefined): Promise<ProbeAnswer['told']> {
    const stall = this.stalls();
    const { user, system } = process.cpuUsage(this.cpu);
    const ms = performance.now() - this.begun;
    if (file !== undefined) {
      const { profile } = await this.profiler.post('Profiler.stop');
      writeFileSync(file, JSON.stringify(profile));
      this.profiler.disconnect();
    }
    const refreshesPerSecond = mostInOneSecond(this.refreshes);
    const refreshes = this.refreshes.length;
    return { ms, ...stall, cpuMs: (user + system) / 1000, refreshes, refreshesPerSecond };
  }
}

/**
 * The times at which a tree was told to refresh rows. All extensions of a host share the class of event
 * emitters; what ours fires for a tree is an array of its rows.
 */
function countRefreshes(): number[] {
  const times: number[] = [];
  const { prototype } = vscode.EventEmitter as unknown as {
    prototype: vscode.EventEmitter<unknown>;
  };
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const { fire } = prototype;
  prototype.fire = function (this: vscode.EventEmitter<unknown>, event: unknown): void {
    if (Array.isArray(event) && isRow(event[0])) {
      times.push(performance.now());
    }
    fire.call(this, event);
  };
  return times;
}

function isRow(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'session' in value && 'kind' in value;
}

function mostInOneSecond(times: readonly number[]): number {
  const counts = times.map((time, at) => {
    let end = at;
    while ((times[end] ?? Infinity) < time + 1000) {
      end++;
    }
    return end - at;
  });
  return Math.max(0, ...counts);
}
