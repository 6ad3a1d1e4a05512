import { expect, it } from 'vitest';
import type { BucketConfig, BucketEvent } from '../../src/kv/model/bucket';
import { bytes, expectKind, isIn, listAll, startWatch, text } from '../kv/contract/harness';
import { eventually } from '../support/poll';
import { describeWithCli, startWithCli } from './natsCli';

const settings = {
  name: 'b',
  description: 'čo máme – a "more"',
  history: 5,
  ttl: 5_400_000,
  storage: 'memory',
  replicas: 1,
  maxBytes: 1024 * 1024,
  maxValueSize: 2048,
  republish: { source: '$KV.b.>', destination: 'changed.>', headersOnly: true },
} as const satisfies BucketConfig;

/** What takes server 2.11 or, all but the markers, 2.10. */
const modernSettings = {
  markerTtl: 90_000,
  compressed: true,
  metadata: { team: 'core', since: '2026' },
} as const satisfies Partial<BucketConfig>;

const addArgs = [
  ...['add', 'b', '--description', settings.description, '--history', '5', '--ttl', '90m'],
  ...['--storage', 'memory', '--replicas', '1', '--max-bucket-size', '1MiB'],
  ...['--max-value-size', '2KiB', '--republish-source', '$KV.b.>'],
  ...['--republish-destination', 'changed.>', '--republish-headers'],
];

const modernArgs = [
  ...['--marker-ttl', '90s', '--compress'],
  ...['--metadata', 'team:core', '--metadata', 'since:2026'],
];

describeWithCli('together with the nats command line, a bucket', () => {
  it('that it made is read with every setting', async () => {
    const { connection, cli, isModern } = await startWithCli();
    await cli.run([...addArgs, ...(isModern ? modernArgs : [])]);
    const status = {
      ...settings,
      ...(isModern && modernSettings),
      allowTtl: isModern,
      allowDirect: true,
      values: 0,
      mirrorOf: undefined,
      sources: [],
    };
    expect(await connection.bucketStatus('b')).toMatchObject(status);
    expect(await connection.listBuckets()).toMatchObject([status]);
  });

  it('that it made with the defaults is the same as ours with the defaults', async () => {
    const { connection, cli } = await startWithCli();
    await cli.run(['add', 'theirs']);
    await connection.createBucket({ name: 'ours' });
    const [ours, theirs] = await connection.listBuckets();
    const named = { name: '', subjects: [] };
    expect({ ...theirs?.streamConfig, ...named }).toEqual({ ...ours?.streamConfig, ...named });
  });

  it('that is ours is shown in full', async () => {
    const { connection, cli, isModern } = await startWithCli();
    await connection.createBucket({ ...settings, ...(isModern && modernSettings) });
    await connection.put('b', 'key', bytes('value'), { expected: 0 });
    const { size } = await connection.bucketStatus('b');
    expect(await cli.info('b')).toMatchObject({
      'Bucket Name': 'b',
      Description: settings.description,
      'History Kept': '5',
      'Values Stored': '1',
      'Bucket Size': `${size} B`,
      'Maximum Bucket Size': '1.0 MiB',
      'Maximum Value Size': '2.0 KiB',
      'Maximum Age': '1h30m0s',
      Storage: 'Memory',
      'Republishing Headers': '$KV.b.> to changed.>',
      ...(isModern && {
        'Limit Marker TTL': '1m30s',
        Compressed: 'true',
        team: 'core',
        since: '2026',
      }),
    });
  });

  it('is listed alike, whoever made it', async () => {
    const { connection, cli } = await startWithCli();
    await connection.createBucket({ name: 'ours-1', description: 'words' });
    await cli.run(['add', 'theirs_2']);
    await cli.run(['put', 'theirs_2', 'key', 'value']);
    await cli.run(['add', 'copy', '--mirror', 'ours-1']);
    const statuses = await connection.listBuckets();
    const rows = (await cli.table(['ls'])).map((cells) => [cells[0], cells[1], cells[4]]);
    expect(statuses.map(({ name }) => name)).toEqual(['copy', 'ours-1', 'theirs_2']);
    expect(statuses.map((status) => [status.name, status.description, `${status.values}`])).toEqual(
      rows.toSorted(),
    );
    expect((await cli.run(['ls', '--names'])).toString().trim().split('\n').toSorted()).toEqual(
      statuses.map(({ name }) => name),
    );
  });

  it('that mirrors another is read, whoever made it', async () => {
    const { connection, cli } = await startWithCli();
    await cli.run(['add', 'origin']);
    await cli.run(['put', 'origin', 'key', 'value']);
    await cli.run(['add', 'theirs', '--mirror', 'origin']);
    await connection.createBucket({ name: 'ours', mirror: { bucket: 'origin' } });
    expect(await connection.bucketStatus('theirs')).toMatchObject({ mirrorOf: 'origin' });
    // That is all that it can do with a mirror: it looks for the keys under the mirror's own name.
    await eventually(async () => {
      expect(await cli.info('ours')).toMatchObject({
        'Origin Bucket': 'origin',
        'Values Stored': '1',
        Lag: '0',
      });
    });
    await eventually(async () => {
      expect(text((await connection.get('theirs', 'key'))?.value)).toBe('value');
    });
    expect(await listAll(connection, 'theirs')).toMatchObject([{ key: 'key', revision: 1 }]);
    await expectKind(
      'unsupported',
      connection.put('theirs', 'key', bytes('x'), { expected: 'any' }),
    );
  });

  it('that copies from another is read, whoever made it, or refused to both', async () => {
    const { connection, cli } = await startWithCli();
    await cli.run(['add', 'origin']);
    await cli.run(['put', 'origin', 'key', 'value']);
    const ours = { name: 'ours', sources: [{ bucket: 'origin' }] };
    const refusal = await cli.run(['add', 'theirs', '--source', 'origin']).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (refusal !== undefined) {
      expect(refusal).toContain('transformation not supported');
      await expectKind('invalidConfig', connection.createBucket(ours));
      return;
    }
    await connection.createBucket(ours);
    expect(await cli.info('ours')).toMatchObject({ 'Source Bucket': 'origin' });
    expect(await connection.bucketStatus('theirs')).toMatchObject({
      sources: [{ bucket: 'origin' }],
    });
    await eventually(async () => {
      expect((await cli.run(['get', 'ours', 'key', '--raw'])).toString()).toBe('value');
      expect(text((await connection.get('theirs', 'key'))?.value)).toBe('value');
    });
  });

  it('that it changes is told, and not changed by who has not seen that', async () => {
    const { connection, cli } = await startWithCli();
    const { streamConfig: expected } = await connection.createBucket({ name: 'b' });
    const events: BucketEvent[] = [];
    connection.onDidChangeBuckets((event) => events.push(event));
    await cli.run(['edit', 'b', '--description', 'theirs', '--history', '3']);
    await eventually(() => expect(events).toContainEqual({ kind: 'updated', bucket: 'b' }));
    expect(await connection.updateBucket('b', { history: 9 }, { expected })).toMatchObject({
      kind: 'conflict',
      fields: expect.arrayContaining(['description', 'max_msgs_per_subject']) as string[],
    });
    await connection.updateBucket('b', { history: 9 });
    expect(await cli.info('b')).toMatchObject({ Description: 'theirs', 'History Kept': '9' });
  });

  it('is gone for both when one of them deletes it', async () => {
    const { connection, cli } = await startWithCli();
    await connection.createBucket({ name: 'b' });
    const { watch } = startWatch(connection, 1);
    await isIn('live', watch);
    await cli.run(['del', 'b', '--force']);
    await isIn('gone', watch);
    await expectKind('notFound', connection.get('b', 'key'));
    await cli.run(['add', 'theirs']);
    await connection.deleteBucket('theirs');
    expect(await cli.fail(['get', 'theirs', 'key'])).toContain('bucket not found');
    watch.dispose();
  });
});
