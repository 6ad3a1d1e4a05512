import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogOutputChannel } from 'vscode';
import { URI } from 'vscode-uri';
import { Connections } from '../../../../src/kv/session/connections';
import { openLink, type DeepLinkParts } from '../../../../src/extension/commands/links/deepLinks';
import type { BucketsView } from '../../../../src/views/buckets/bucketsView';
import { FakeKvConnection } from '../../../kv/fakeKvConnection';

const fake = vi.hoisted(() => ({
  answer: undefined as string | undefined,
  asked: [] as string[],
  ran: [] as string[],
}));

vi.mock('vscode', async () => {
  const base = await import('../../../support/fakeVscode');
  const ask = (text: string): Promise<string | undefined> => {
    fake.asked.push(text);
    return Promise.resolve(fake.answer);
  };
  return {
    ...base,
    env: { uriScheme: 'vscode' },
    commands: {
      executeCommand: (id: string) => Promise.resolve(void fake.ran.push(id)),
    },
    window: {
      ...base.window,
      showInformationMessage: ask,
      showWarningMessage: ask,
      showErrorMessage: ask,
    },
  };
});

let server: FakeKvConnection;
let connections: Connections;
let dialled: number;
let parts: DeepLinkParts;

beforeEach(() => {
  Object.assign(fake, { answer: undefined, asked: [], ran: [] });
  dialled = 0;
  server = new FakeKvConnection();
  server.foreignCreateBucket({ name: 'B' });
  connections = new Connections(() => {
    dialled++;
    return Promise.resolve(server);
  });
  connections.configure([{ id: 'local', name: 'Local', url: 'nats://127.0.0.1:4222' }]);
  const view = { reveal: () => Promise.resolve() } as unknown as BucketsView;
  const log = { error: () => undefined } as unknown as LogOutputChannel;
  parts = { connections, view, log };
});

function follow(query: string): Promise<void> {
  return openLink(parts, URI.parse(`vscode://x.y/open?${query}`));
}

describe('following a link', () => {
  it('asks before it connects, and does nothing without a yes', async () => {
    await follow('connection=local&bucket=B&key=k');

    expect(fake.asked).toEqual(['Open B › k on Local?']);
    expect(dialled).toBe(0);
    expect(fake.ran).toEqual([]);
  });

  it('opens the bucket once the user agreed', async () => {
    fake.answer = 'Open';
    await follow('connection=local&bucket=B');

    expect(dialled).toBe(1);
  });

  it('finds a connection by its name too', async () => {
    fake.answer = 'Open';
    await follow('connection=Local');

    expect(dialled).toBe(1);
  });

  it('offers to add a connection that is not there, and connects to none', async () => {
    fake.answer = 'Add Connection…';
    await follow('connection=elsewhere&bucket=B');

    expect(fake.asked).toEqual(['Failed to open the link: there is no connection elsewhere.']);
    expect(fake.ran).toEqual(['natsKv.connection.add']);
    expect(dialled).toBe(0);
  });

  it('says what is wrong with a link', async () => {
    await follow('connection=local&bucket=B&key=a..b');

    expect(fake.asked[0]).toMatch(/^Failed to open the link: .*two dots/);
    expect(dialled).toBe(0);
  });
});
