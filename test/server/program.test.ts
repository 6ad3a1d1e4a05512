import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEntry } from '../../src/kv/operations/createEntry';
import { isLive, type KeyInfo, type Operation, type WriteOutcome } from '../../src/kv/model/entry';
import { isKvError } from '../../src/kv/model/errors';
import type { KvConnection } from '../../src/kv/model/kvConnection';
import { restoreEntry } from '../../src/kv/operations/restoreEntry';
import { byKey, bytes, isIn, listAll, startWatch, text } from '../kv/contract/harness';
import { type NatsServer, startNatsServer } from '../support/natsServer';
import { eventually } from '../support/poll';
import { connect } from './dial';

const history = 4;

interface Message {
  readonly revision: number;
  readonly operation: Operation;
  readonly value: string;
}

/** `from` picks the revision to expect or to restore: the last, an older one, none, or one to come. */
type Pick = 'last' | 'before' | 'none' | 'future';

interface Step {
  readonly action: 'put' | 'create' | 'delete' | 'purge' | 'restore';
  readonly key: string;
  readonly value: string;
  readonly expected: Pick;
  readonly from: Pick;
}

/** What the bucket should hold, told step by step. */
class Model {
  readonly keys = new Map<string, Message[]>();
  revision = 0;

  of(key: string): Message[] {
    return this.keys.get(key) ?? [];
  }

  lastOf(key: string): number {
    return this.of(key).at(-1)?.revision ?? 0;
  }

  pick(key: string, pick: Pick): number {
    switch (pick) {
      case 'last':
        return this.lastOf(key);
      case 'before':
        return this.of(key).at(-2)?.revision ?? Math.max(0, this.lastOf(key) - 1);
      case 'none':
        return 0;
      case 'future':
        return this.revision + 1;
    }
  }

  write(key: string, expected: number, operation: Operation, value: string): WriteOutcome {
    if (expected !== this.lastOf(key)) {
      return { kind: 'conflict', revision: this.lastOf(key) };
    }
    const message = { revision: ++this.revision, operation, value };
    const kept = operation === 'PURGE' ? [] : this.of(key);
    this.keys.set(key, [...kept, message].slice(-history));
    return { kind: 'saved', revision: message.revision };
  }

  create(key: string, value: string): WriteOutcome {
    const last = this.of(key).at(-1);
    return last?.operation === 'PUT'
      ? { kind: 'conflict', revision: last.revision }
      : this.write(key, last?.revision ?? 0, 'PUT', value);
  }

  restore(key: string, from: number, expected: number): WriteOutcome | 'refused' {
    const source = this.of(key).find(({ revision }) => revision === from);
    return source?.operation === 'PUT' ? this.write(key, expected, 'PUT', source.value) : 'refused';
  }
}

let server: NatsServer;
let connection: KvConnection;

beforeAll(async () => {
  server = await startNatsServer();
  connection = await connect({ servers: [server.url] });
});

afterAll(async () => {
  await connection?.close();
  await server?.stop();
});

describe('a random program of writes', () => {
  it('ends each as a model says, and leaves listing, history and watch as it says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 60 }), async (program) => {
        await connection.createBucket({ name: 'b', history, storage: 'memory' });
        const { watch, told } = startWatch(connection, 1);
        await isIn('live', watch);
        try {
          await runProgram(program, told);
        } finally {
          watch.dispose();
          await connection.deleteBucket('b');
        }
      }),
      { numRuns: 60 },
    );
  });
});

const picks = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Pick>('last') },
  { weight: 3, arbitrary: fc.constantFrom<Pick>('before', 'none', 'future') },
);
const steps: fc.Arbitrary<Step> = fc.record({
  action: fc.constantFrom('put', 'put', 'create', 'delete', 'purge', 'restore'),
  key: fc.constantFrom('a', 'a.b', 'foo:bar', 'ž'),
  value: fc.constantFrom('', '1', '{"x":1}', 'ž'),
  expected: picks,
  from: picks,
});

async function runProgram(program: readonly Step[], told: readonly KeyInfo[]): Promise<void> {
  const model = new Model();
  for (const step of program) {
    const [expected, outcome] = await runStep(step, model);
    expect(outcome).toEqual(expected);
  }
  for (const [key, messages] of model.keys) {
    const stored = (await connection.history('b', key)).map(({ revision, operation, value }) => ({
      revision,
      operation,
      value: text(value),
    }));
    expect(stored).toEqual(messages);
  }
  const listed = byKey(await listAll(connection, 'b'));
  expect(listed.map(({ key, revision }) => [key, revision])).toEqual(
    [...model.keys.keys()].toSorted(compare).map((key) => [key, model.lastOf(key)]),
  );
  await eventually(() => {
    const seen = new Map(told.map((info) => [info.key, info]));
    expect(byKey([...seen.values()])).toEqual(listed);
  });
  const live = listed.filter(isLive).map(({ key }) => key);
  const entries = await connection.getMany('b', live);
  expect(entries.map((entry) => entry?.operation)).toEqual(live.map(() => 'PUT'));
}

const compare = (a: string, b: string) => (a < b ? -1 : 1);

/** What the model expects of a step, and what came of it. */
async function runStep(step: Step, model: Model): Promise<[unknown, unknown]> {
  const { action, key, value } = step;
  const expected = model.pick(key, step.expected);
  switch (action) {
    case 'put': {
      const outcome = await connection.put('b', key, bytes(value), { expected });
      return [model.write(key, expected, 'PUT', value), outcome];
    }
    case 'create': {
      const outcome = await createEntry(connection, 'b', key, bytes(value));
      return [model.create(key, value), outcome];
    }
    case 'delete': {
      const outcome = await connection.delete('b', key, { expected });
      return [model.write(key, expected, 'DEL', ''), outcome];
    }
    case 'purge': {
      const outcome = await connection.purge('b', key, { expected });
      return [model.write(key, expected, 'PURGE', ''), outcome];
    }
    case 'restore': {
      const from = model.pick(key, step.from);
      const outcome = await restoreEntry(
        connection,
        'b',
        key,
        { revision: from },
        { expected },
      ).catch(refusal);
      return [model.restore(key, from, expected), outcome];
    }
  }
}

function refusal(error: unknown): string {
  if (isKvError(error, 'notFound') || isKvError(error, 'unsupported')) {
    return 'refused';
  }
  throw error;
}
