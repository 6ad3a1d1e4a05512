import { parseProxy, plainProxyUrl, type ProxyLogin } from '../model/proxyUrl';
import type { ContextSettings } from './contextSettings';

/** The proxy of a context, apart from its login. */
interface ContextProxy {
  readonly url: string;
  readonly login?: ProxyLogin;
}

/** The `socks_proxy` of a context; undefined for none, and for what is no URL of a SOCKS proxy. */
export function proxyOf(settings: ContextSettings): ContextProxy | undefined {
  const text = settings.text('socks_proxy');
  if (text === undefined || !/^socks5h?:/i.test(text.trim())) {
    return undefined;
  }
  try {
    const { login } = parseProxy(text);
    return { url: plainProxyUrl(text), ...(login && { login }) };
  } catch {
    return undefined;
  }
}
