import { expect, it, onTestFinished, vi } from 'vitest';
import * as vscode from 'vscode';
import { sharedProxies } from '../../../src/extension/connections/sharedProxies';

function httpSettings(values: Readonly<Record<string, unknown>>): void {
  const get = (name: string, otherwise?: unknown): unknown => values[name] ?? otherwise;
  const spy = vi
    .spyOn(vscode.workspace, 'getConfiguration')
    .mockReturnValue({ get } as unknown as vscode.WorkspaceConfiguration);
  onTestFinished(() => spy.mockRestore());
}

it('there are none where nothing says so', () => {
  expect(sharedProxies({})).toEqual([]);
});

it('are that of VS Code for WebSocket, and that of the environment for all', () => {
  httpSettings({ proxy: 'http://p:3128', noProxy: ['.example.com'] });
  expect(sharedProxies({ ALL_PROXY: 'socks5://q', no_proxy: '10.0.0.0/8, a' })).toEqual([
    {
      url: 'http://p:3128',
      from: 'http.proxy',
      except: ['.example.com', '10.0.0.0/8', 'a'],
      webSocketOnly: true,
    },
    {
      url: 'socks5://q',
      from: 'all_proxy',
      except: ['10.0.0.0/8', 'a'],
      webSocketOnly: false,
    },
  ]);
});

it('are that of the environment for WebSocket alone where it speaks HTTP, as other ports are shut', () => {
  expect(sharedProxies({ all_proxy: 'http://q:8080' })).toMatchObject([{ webSocketOnly: true }]);
});

it('are by the variable that is not empty', () => {
  const env = { all_proxy: '', ALL_PROXY: 'socks5://q', no_proxy: '', NO_PROXY: 'a' };
  expect(sharedProxies(env)).toMatchObject([{ url: 'socks5://q', except: ['a'] }]);
});

it('are without that of VS Code where its use is off', () => {
  httpSettings({ proxy: 'http://p:3128', proxySupport: 'off' });
  expect(sharedProxies({})).toEqual([]);
});
