import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  diagnosticsText,
  type DeclaredSetting,
  type DiagnosticsSource,
} from '../../../src/extension/commands/support/diagnostics';
import { logSessions } from '../../../src/extension/connections/sessionLog';
import { Journal, noting } from '../../../src/extension/support/journal';
import { ObservableValue } from '../../../src/kv/base/event';
import type { ConnectionConfig } from '../../../src/kv/model/connectionConfig';
import { KvError } from '../../../src/kv/model/errors';
import { Connections } from '../../../src/kv/session/connections';
import type { SessionState } from '../../../src/kv/session/sessionState';
import { FakeKvConnection } from '../../kv/fakeKvConnection';
import { eventually } from '../../support/poll';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: { configuration: { properties: Record<string, DeclaredSetting> } };
};
const settings = manifest.contributes.configuration.properties;

const window: DiagnosticsSource['window'] = {
  ...{ vscode: '1.139.1', host: 'desktop', remote: 'ssh-remote', extension: '0.1.0' },
  ...{ runsIn: 'workspace', node: 'v22.1.0', platform: 'linux x64', isTrusted: true },
  ...{ editors: new Map([['natskv', { open: 3, unsaved: 1 }]]), liveWatches: 2 },
};

function text(source: Partial<DiagnosticsSource>): string {
  const nothing = { settings: {}, valueOf: () => undefined, sessions: [], happenings: [] };
  return diagnosticsText({ window, ...nothing, ...source });
}

function sessionOf(
  config: Partial<ConnectionConfig>,
  state: SessionState,
): DiagnosticsSource['sessions'][0] {
  return {
    config: { id: 'a', name: 'a', url: 'nats://a', ...config },
    state: new ObservableValue(state),
    buckets: new ObservableValue({ kind: 'failed', error: new KvError('denied', 'no') }),
    lock: { state: new ObservableValue({ kind: 'open' }) },
    isWatched: true,
  } as unknown as DiagnosticsSource['sessions'][0];
}

/** A text that nothing of ours has by chance. */
const secret = fc
  .string({ minLength: 6, maxLength: 24, unit: 'grapheme-ascii' })
  .map((made) => `zq${made.replace(/\s/g, '_')}`);
const anywhere = fc.oneof(
  secret,
  secret.map((each) => ({ [each]: each })),
  secret.map((each) => [each, { url: `nats://${each}:${each}@${each}:4222`, auth: [each] }]),
);

describe('what is copied for support', () => {
  it('tells versions, settings that are switches or numbers, states and counts', () => {
    const values: Record<string, unknown> = {
      'natsKv.editor.format': false,
      'natsKv.editor.maxSize': 7,
      'natsKv.editor.saveAll': 'batch',
      'natsKv.connections': [{ name: 'secret' }, {}],
      'natsKv.localServer.path': '/home/me/nats-server',
    };
    const server = {
      name: 'n1',
      version: '2.15.1',
      cluster: 'c',
      address: 'host:1',
      maxPayload: 1,
    };
    const told = text({
      settings,
      valueOf: (id) => values[id],
      sessions: [
        sessionOf(
          {
            environment: 'production',
            auth: [{ kind: 'creds', file: '/x' }],
            tls: { caFile: '/y' },
            proxy: 'socks5h://inside.example.com:1080',
          },
          { kind: 'connected', server, rttMs: 0.31 },
        ),
      ],
      happenings: [
        {
          at: Date.UTC(2026, 0, 1, 12, 3, 4, 5),
          what: 'connection 1: connected',
          first: 0,
          times: 1,
        },
      ],
    });
    expect(told).toContain('- VS Code 1.139.1, desktop, remote: ssh-remote, workspace trusted');
    expect(told).toContain('- editors: natskv 3 (1 unsaved)');
    expect(told).toContain('- `natsKv.editor.format`: false');
    expect(told).toContain('- `natsKv.editor.maxSize`: 7');
    expect(told).toContain('- `natsKv.editor.saveAll`: batch');
    expect(told).toContain('- `natsKv.connections`: 2 entries');
    expect(told).toContain('- `natsKv.localServer.path`: set');
    expect(told).toContain(
      '- 1: connected to nats-server 2.15.1, of a cluster, 0.3 ms, buckets not listed (denied), from user, login creds, TLS on, proxy socks5h, production, writes open, watched',
    );
    expect(told).toContain('- 12:03:04.005 connection 1: connected');
  });

  it('has nothing of any setting but switches, numbers and choices', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...Object.keys(settings)), anywhere), { minLength: 1 }),
        (set) => {
          const values = new Map<string, unknown>(set);
          const told = text({ settings, valueOf: (id) => values.get(id) });
          expect(told).not.toContain('zq');
        },
      ),
    );
  });

  it('has nothing of what a connection is made of, nor of what its server tells', () => {
    const config = fc.record({
      ...{ id: secret, name: secret, folder: secret, environment: secret, description: secret },
      ...{
        proxy: secret,
        domain: secret,
        apiPrefix: secret,
        inboxPrefix: secret,
        problems: fc.array(secret),
      },
      url: secret.map((each) => `tls://${each}:${each}@${each}.example:4222,${each}`),
      source: secret as fc.Arbitrary<never>,
      auth: fc.array(secret.map((file) => ({ kind: 'creds', file, user: file }) as const)),
      tls: secret.map((each) => ({ caFile: each, certFile: each, keyFile: each })),
    });
    const state = fc.oneof(
      secret.map((each): SessionState => ({
        kind: 'connected',
        server: {
          name: each,
          version: `2.15.1-${each}`,
          cluster: each,
          address: each,
          maxPayload: 1,
        },
      })),
      secret.map((each): SessionState => ({
        kind: 'failed',
        error: new KvError('authFailed', each),
      })),
      secret.map((each): SessionState => ({
        ...{ kind: 'reconnecting', attempt: 2, since: 0 },
        error: new KvError('disconnected', each),
      })),
    );
    fc.assert(
      fc.property(config, state, (made, at) => {
        expect(text({ sessions: [sessionOf(made, at)] })).not.toContain('zq');
      }),
    );
  });
});

describe('what happened last', () => {
  it('has of errors their kinds, codes and places, and no word of theirs', () => {
    fc.assert(
      fc.property(secret, secret, secret, (message, name, code) => {
        const journal = new Journal(() => 0);
        const log = noting(
          { error: (message: string, error?: Error) => void [message, error] },
          journal,
        );
        const cause = Object.assign(new Error(message), { code: 'ECONNREFUSED' });
        const odd = Object.assign(new Error(message, { cause }), { name, code });
        odd.stack = `${name}: ${message}\n    at run (/home/${name}/ext/dist/extension.js:12:3)\n    at /home/${name}/${name}.js:1:2\n    at C:\\${name}\\dist\\lazy\\chunk-AB12.js:4:5`;
        log.error(message, odd);
        log.error(message, new KvError('server', message, { cause: odd }));
        log.error(message);
        const whats = journal.all.map(({ what }) => what).join('\n');
        expect(whats).not.toContain('zq');
        expect(whats).toContain(
          'error Error, caused by Error ECONNREFUSED at extension.js:12:3 < chunk-AB12.js:4:5',
        );
        expect(whats).toContain('error server, caused by Error, caused by Error ECONNREFUSED');
        expect(whats).toContain('error told in words');
      }),
    );
  });

  it('keeps the last hundred', () => {
    const journal = new Journal(() => 0);
    for (let at = 0; at < 150; at++) {
      journal.note(`connection ${at}`);
    }
    expect([journal.all.length, journal.all.at(-1)?.what]).toEqual([100, 'connection 149']);
  });

  it('tells what happens again once, and keeps what was before', () => {
    let now = 0;
    const journal = new Journal(() => ++now);
    journal.note('connection 2: failed (authFailed)');
    for (let at = 0; at < 500; at++) {
      journal.note('connection 1: reconnecting (unreachable)');
      journal.note('connection 1: connecting');
    }
    expect(journal.all).toEqual([
      { at: 1, first: 1, times: 1, what: 'connection 2: failed (authFailed)' },
      { at: 1000, first: 2, times: 500, what: 'connection 1: reconnecting (unreachable)' },
      { at: 1001, first: 3, times: 500, what: 'connection 1: connecting' },
    ]);
    expect(text({ happenings: journal.all })).toContain(
      '- 00:00:01.000 connection 1: reconnecting (unreachable) (500 times since 00:00:00.002)',
    );
  });

  it('has what became of a connection, by its number', async () => {
    const journal = new Journal(() => 0);
    const connection = new FakeKvConnection();
    const connections = new Connections(() => Promise.resolve(connection));
    const ignore = (): void => undefined;
    const log = { debug: ignore, info: ignore, warn: ignore } as never;
    const subscription = logSessions(connections, log, journal);
    connections.configure([{ id: 'zq', name: 'zqname', url: 'nats://zqhost' }]);
    await connections.all[0]?.connect();
    connection.goOffline();
    await eventually(() =>
      expect(journal.all.map(({ what }) => what)).toEqual([
        'connection 1: connecting',
        'connection 1: connected',
        expect.stringMatching(/^connection 1: (reconnecting|connected)/),
      ]),
    );
    subscription.dispose();
    connections.dispose();
  });
});
