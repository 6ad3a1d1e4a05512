import { describe, expect, it } from 'vitest';
import { connectionNotices } from '../../../src/extension/connections/connectionNotices';
import { parseConnections } from '../../../src/extension/connections/connectionSettings';

/** What a row says of each entry. */
function rowsFor(...entries: unknown[]) {
  const { problems } = parseConnections(
    entries.map((entry, index) => ({ entry, scope: 'workspace' as const, index })),
  );
  return connectionNotices(problems, []);
}

describe('connectionNotices', () => {
  it.each([
    [{ name: 'shop' }, 'shop', 'it has no "url"'],
    [{ name: 'shop', url: 'http://a' }, 'shop', '"http://" is not a NATS URL'],
    [{ name: 'shop', url: 'nats://me:hunter2@a' }, 'shop', 'must not contain a user, password'],
    [{ name: 'shop', url: 'nats://me:hunter,2@a' }, 'shop', 'must not contain a user, password'],
    [{ url: 'nats://a' }, 'natsKv.connections 1', 'it has no "name"'],
    ['nonsense', 'natsKv.connections 1', 'it is not an object'],
  ])('are a row with the reason for %j', (entry, label, reason) => {
    const [row] = rowsFor(entry);

    expect(row?.label).toBe(label);
    expect(row?.reason).toContain(`not used: `);
    expect(row?.reason).toContain(reason);
    expect(JSON.stringify(row)).not.toContain('hunter');
  });

  it('lead to the entry in its settings', () => {
    const rows = rowsFor({ name: 'shop', url: 'nats://a' }, { name: 'Shop', url: 'nats://b' });

    expect(rows).toEqual([
      {
        id: 'settings/workspace/2',
        label: 'Shop',
        reason: 'not used: another connection has its name or id ("shop")',
        fix: {
          command: 'natsKv.connection.openSettings',
          arguments: [{ scope: 'workspace', index: 1 }],
        },
      },
    ]);
  });

  it('say that a workspace is not trusted', () => {
    expect(connectionNotices([], [], 2)).toMatchObject([
      {
        label: '2 connections of this workspace',
        reason: 'not used: the workspace is not trusted',
        fix: { command: 'workbench.trust.manage' },
      },
    ]);
  });

  it('tell what is wrong with the contexts', () => {
    const [row] = connectionNotices([], ['NATS_CONTEXT selects the context "gone".']);

    expect(row).toMatchObject({ reason: 'NATS_CONTEXT selects the context "gone".' });
  });
});
