import * as vscode from 'vscode';
import { rulesIn } from '../../kv/nats/link/proxy/noProxy';
import type { SharedProxy } from '../../kv/nats/link/proxy/route';

/**
 * The proxies of connections that have none of their own: for WebSocket that of VS Code (`http.proxy`), for
 * all that of the environment (`all_proxy`). Read anew for each connection, as settings change.
 */
export function sharedProxies(env: NodeJS.ProcessEnv = process.env): readonly SharedProxy[] {
  const http = vscode.workspace.getConfiguration('http');
  const url = http.get('proxySupport') === 'off' ? '' : http.get<string>('proxy', '');
  const all = env['all_proxy'] ?? env['ALL_PROXY'] ?? '';
  const noProxy = rulesIn(env['no_proxy'] ?? env['NO_PROXY'] ?? '');
  return [
    ...(url === ''
      ? []
      : [
          {
            url,
            except: [...http.get<readonly string[]>('noProxy', []), ...noProxy],
            webSocketOnly: true,
          },
        ]),
    ...(all === '' ? [] : [{ url: all, except: noProxy }]),
  ];
}
