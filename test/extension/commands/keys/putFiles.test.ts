import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataTransfer, DataTransferItem, Uri, type CancellationToken } from 'vscode';
import { KeyDragAndDrop } from '../../../../src/extension/commands/keys/keyDragAndDrop';
import type { Connections } from '../../../../src/kv/session/connections';
import * as quickSteps from '../../../../src/extension/commands/quickSteps';
import { folderNode } from '../../../../src/views/buckets/rows/nodes';
import { bytes } from '../../../kv/contract/harness';
import { fakeFiles } from '../../../support/fakeVscode';
import { FakePlans } from './fakePlans';
import { KeyBench } from './keyBench';

let bench: KeyBench;

beforeEach(async () => {
  bench = await KeyBench.start();
  fakeFiles.clear();
});

afterEach(() => {
  vi.restoreAllMocks();
  bench.session.dispose();
});

/** Drops files onto the folder `conf` of the bucket `b`; what is asked for is taken as proposed. */
async function drop(files: Readonly<Record<string, Uint8Array>>): Promise<(string | undefined)[]> {
  const proposed: (string | undefined)[] = [];
  vi.spyOn(quickSteps, 'askText').mockImplementation((_, { value }) => {
    proposed.push(value);
    return Promise.resolve({ value: value ?? '' });
  });
  const uris = Object.entries(files).map(([name, value]) => {
    const uri = Uri.file(`/work/${name}`).toString();
    fakeFiles.set(uri, value);
    return uri;
  });
  const transfer = new DataTransfer();
  transfer.set('text/uri-list', new DataTransferItem(uris.join('\r\n')));
  const connections = { all: [], get: () => undefined } as unknown as Connections;
  const token = { isCancellationRequested: false } as CancellationToken;
  const onto = folderNode(bench.session, 'b', 'conf');
  await new KeyDragAndDrop({
    ...{ connections, log: bench.log, plans: new FakePlans().documents },
    filterOf: () => undefined,
  }).handleDrop(onto, transfer, token);
  return proposed;
}

describe('dropping files', () => {
  it('puts one under the key that is proposed by its name', async () => {
    expect(await drop({ 'my app.json': bytes('{}') })).toEqual(['conf.my_app.json']);
    expect(await bench.value('b', 'conf.my_app.json')).toBe('{}');
  });

  it('asks once for the start of the keys of several', async () => {
    expect(await drop({ a: bytes('1'), 'b.txt': bytes('2') })).toEqual(['conf.']);
    expect(await bench.value('b', 'conf.a')).toBe('1');
    expect(await bench.value('b', 'conf.b.txt')).toBe('2');
  });

  it('keeps every byte', async () => {
    const value = Uint8Array.from({ length: 256 }, (_, at) => at);
    await drop({ all: value });
    expect((await bench.connection.get('b', 'conf.all'))?.value).toEqual(value);
  });

  it.each([
    ['Overwrite', 'new', undefined],
    ['Keep Both', 'old', 'new'],
    [undefined, 'old', undefined],
  ])('asks about a key that has a value: %s', async (answer, value, copy) => {
    bench.put('b', 'conf.a', 'old');
    bench.answer(answer);
    await drop({ a: bytes('new') });
    expect(bench.asked).toHaveLength(1);
    expect(await bench.value('b', 'conf.a')).toBe(value);
    expect(await bench.value('b', 'conf.a-copy')).toBe(copy);
  });

  it('refuses what is larger than the server takes, before it is read', async () => {
    await drop({ big: new Uint8Array(1024 * 1024 + 1), small: bytes('x') });
    expect(bench.errors).toEqual([
      'Failed to put 1 of 2 files: conf.big: it has 1,048,577 bytes, the bucket takes at most 1,048,576.',
    ]);
    expect(await bench.value('b', 'conf.small')).toBe('x');
    expect(await bench.value('b', 'conf.big')).toBeUndefined();
  });
});
