import { expect } from 'vitest';
import { isKvError, KvError } from '../../../src/kv/model/errors';
import type { KvConnection } from '../../../src/kv/model/kvConnection';
import { isWithinTurn, measureTurns } from '../../support/meters';
import { eventually } from '../../support/poll';
import { LyingServer, type Script } from './lyingServer';
import { connect } from '../dial';

/** What a user does, in which the answers of a server matter. */
export interface Deed {
  readonly name: string;
  /** The answer that it needs (honest.ts). */
  readonly needs: string;
  readonly run: (connection: KvConnection) => Promise<unknown>;
}

const value = new TextEncoder().encode('value');

/** How the watch of a bucket stands once that is known. */
async function watch(connection: KvConnection): Promise<unknown> {
  const opened = connection.watch('b', { from: 1 });
  try {
    await eventually(() => opened.state.current.kind !== 'starting');
    const { current } = opened.state;
    if (current.kind === 'failed') {
      throw current.error;
    }
    return current;
  } finally {
    opened.dispose();
  }
}

async function list(connection: KvConnection): Promise<unknown> {
  const found = [];
  for await (const batch of connection.list('b')) {
    found.push(...batch);
  }
  return found;
}

const deedsByAnswer: Readonly<Record<string, Deed['run']>> = {
  'INFO accountInfo': (connection) => connection.accountInfo(),
  'STREAM.LIST listBuckets': (connection) => connection.listBuckets(),
  'STREAM.INFO bucketStatus': (connection) => connection.bucketStatus('b'),
  'STREAM.INFO get': (connection) => connection.get('b', 'a'),
  'STREAM.INFO listNames': (connection) => connection.listNames('b'),
  'STREAM.MSG.GET get': (connection) => connection.get('b', 'a', { consistent: true }),
  'STREAM.UPDATE updateBucket': (connection) => connection.updateBucket('b', { history: 1 }),
  'STREAM.DELETE deleteBucket': (connection) => connection.deleteBucket('b'),
  'DIRECT.GET get': (connection) => connection.get('b', 'a'),
  'DIRECT.GET getMany': (connection) => connection.getMany('b', ['a', 'b']),
  'CONSUMER.CREATE list': list,
  'CONSUMER.CREATE history': (connection) => connection.history('b', 'a'),
  'CONSUMER.CREATE watch': watch,
  '$KV put': (connection) => connection.put('b', 'a', value, { expected: 1 }),
  '$KV delete': (connection) => connection.delete('b', 'a', { expected: 1 }),
};

export const deeds: readonly Deed[] = Object.entries(deedsByAnswer).map(([words, run]) => {
  const [needs = '', name = ''] = words.split(' ');
  return { name, needs, run };
});

/** A busy machine may need longer to answer in time: that is told as well. */
const options = ({ url }: LyingServer) => ({
  servers: [url],
  timeoutMs: 200,
  reconnectDelay: () => 60_000,
});
export const maxBytes = 300 * 1024 * 1024;
/** What a program says of itself, and not of what is wrong. */
const programsWords =
  /undefined|\[object|cannot (read|destructure|convert)|not a function|not iterable|NaN|stack size|Unexpected/i;

/**
 * Does something on a server that lies: it ends, with what is known or with a failure in words, and
 * neither blocks the event loop nor fills the memory.
 */
export async function expectTold(script: Script, { run }: Pick<Deed, 'run'>, info = {}) {
  const server = await LyingServer.start(script, info);
  const memory = watchMemory();
  const turns = measureTurns();
  try {
    const connection = await eventually(() => dial(server));
    if (connection instanceof KvError) {
      expectInWords(connection);
      return;
    }
    try {
      expectSane(await run(connection));
    } catch (error) {
      expectInWords(error);
    } finally {
      await connection.close();
    }
    expect(isWithinTurn(turns())).toBe(true);
    expect(memory()).toBeLessThan(maxBytes);
  } finally {
    turns();
    memory();
    server.stop();
  }
}

/** The connection, or why there is none; throws when it took long, as on a busy machine. */
async function dial(server: LyingServer): Promise<KvConnection | KvError> {
  try {
    return await connect(options(server));
  } catch (error) {
    if (isKvError(error) && error.kind !== 'timeout') {
      return error;
    }
    throw error;
  }
}

function expectInWords(error: unknown): void {
  expect(isKvError(error) ? error.name : error).toBe('KvError');
  const { message } = error as Error;
  expect(message).not.toMatch(programsWords);
  expect(message.length).toBeGreaterThan(5);
}

/** What is shown has no hole in it. */
function expectSane(value: unknown): void {
  if (typeof value === 'number') {
    expect(value).not.toBeNaN();
  } else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    Object.values(value).forEach(expectSane);
  }
}

/** Watches how much more memory is in use; the function returned ends that and tells the most. */
export function watchMemory(): () => number {
  const inUse = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = inUse();
  let most = 0;
  const look = () => {
    most = Math.max(most, inUse() - before);
  };
  const timer = setInterval(look, 5);
  return () => {
    clearInterval(timer);
    look();
    return most;
  };
}
