import * as vscode from 'vscode';
import { rulesIn } from '../../kv/nats/link/proxy/noProxy';
import type { SharedProxy } from '../../kv/nats/link/proxy/route';

/**
 * The proxies of connections that have none of their own: for WebSocket that of VS Code (`http.proxy`), for
 * all a SOCKS one of the environment (`all_proxy`); one that speaks HTTP is for WebSocket there too, since it
 * seldom lets other ports through. Read anew for each connection, as settings change.
 */
export function sharedProxies(env: NodeJS.ProcessEnv = process.env): readonly SharedProxy[] {
  const http = vscode.workspace.getConfiguration('http');
  const url = http.get('proxySupport') === 'off' ? '' : http.get<string>('proxy', '');
  const all = firstOf(env, ['all_proxy', 'ALL_PROXY']);
  const noProxy = rulesIn(firstOf(env, ['no_proxy', 'NO_PROXY']));
  return [
    ...(url === ''
      ? []
      : [
          {
            url,
            from: 'http.proxy',
            except: [...http.get<readonly string[]>('noProxy', []), ...noProxy],
            webSocketOnly: true,
          },
        ]),
    ...(all === ''
      ? []
      : [{ url: all, from: 'all_proxy', except: noProxy, webSocketOnly: !/^socks/i.test(all) }]),
  ];
}

/** The first variable that is set and not empty. */
function firstOf(env: NodeJS.ProcessEnv, names: readonly string[]): string {
  return names.map((name) => env[name] ?? '').find((value) => value !== '') ?? '';
}
