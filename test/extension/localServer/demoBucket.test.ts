import { describe, expect, it, vi } from 'vitest';
import { addDemoBucket, changeDemoKey } from '../../../src/extension/localServer/demoBucket';
import { demoValues } from '../../../src/extension/localServer/demoValues';
import type { WriteOutcome } from '../../../src/kv/model/entry';
import { keyProblem } from '../../../src/kv/model/key';
import { FakeKvConnection } from '../../kv/fakeKvConnection';

async function textOf(connection: FakeKvConnection, bucket: string, key: string) {
  return new TextDecoder().decode((await connection.get(bucket, key))?.value);
}

describe('the demo bucket', () => {
  it('has every key of the demo, and names that every client takes', async () => {
    const connection = new FakeKvConnection();
    const bucket = await addDemoBucket(connection);

    expect(bucket).toBe('demo');
    expect(await connection.listNames(bucket)).toEqual(Object.keys(demoValues).toSorted());
    expect(await textOf(connection, bucket, 'products.lamp')).toContain('"stock":58');
    expect(Object.keys(demoValues).filter((key) => keyProblem(key))).toEqual([]);
  });

  it('is one of its own: what is called demo already is left alone', async () => {
    const connection = new FakeKvConnection();
    await connection.createBucket({ name: 'demo' });

    expect(await addDemoBucket(connection)).toBe('demo-2');
    expect(await connection.listNames('demo')).toEqual([]);
    await expect(changeDemoKey(connection, 'demo', 'products.lamp')).rejects.toMatchObject({
      kind: 'denied',
    });
  });

  it('is changed as by another program, a little each time', async () => {
    const connection = new FakeKvConnection();
    const bucket = await addDemoBucket(connection);
    await changeDemoKey(connection, bucket, 'products.lamp');
    await changeDemoKey(connection, bucket, 'products.lamp');
    await changeDemoKey(connection, bucket, 'settings.motd');

    const lamp = JSON.parse(await textOf(connection, bucket, 'products.lamp')) as object;
    expect(lamp).toMatchObject({ name: 'Lamp', stock: 56, changedBy: 'somebody else' });
    expect(await textOf(connection, bucket, 'settings.motd')).toContain('changed by somebody else');
    await expect(changeDemoKey(connection, bucket, 'nothing')).rejects.toMatchObject({
      kind: 'notFound',
    });
  });

  it('is not called made or changed where nobody knows whether that was stored', async () => {
    const connection = new FakeKvConnection();
    const bucket = await addDemoBucket(connection);
    const lost: WriteOutcome = { kind: 'unknown', reason: 'the link was lost' };
    vi.spyOn(connection, 'put').mockResolvedValue(lost);

    const told = { kind: 'timeout', message: 'the link was lost' };
    await expect(addDemoBucket(connection)).rejects.toMatchObject(told);
    await expect(changeDemoKey(connection, bucket, 'products.lamp')).rejects.toMatchObject(told);
  });
});
