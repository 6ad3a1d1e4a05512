import { BlockList, isIP, isIPv6 } from 'node:net';

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * Whether a server is reached without a proxy that is not its own: `*`, a name with those below it, an
 * address, a range such as `10.0.0.0/8`, each with a port or without; as curl and Go read `no_proxy`.
 * This computer always is.
 */
export function isExempt(server: Endpoint, rules: readonly string[]): boolean {
  const host = server.host.toLowerCase().replace(/\.$/, '');
  return isLoopback(host) || rules.some((rule) => matches(rule.trim().toLowerCase(), host, server));
}

/** The rules in a list of an environment variable. */
export function rulesIn(list: string): string[] {
  return list.split(/[\s,]+/).filter((rule) => rule !== '');
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '0.0.0.0' ||
    isIn('127.0.0.0/8', host) ||
    isIn('::1/128', host)
  );
}

function matches(rule: string, host: string, { port }: Endpoint): boolean {
  const [, bracketed, plain = '', onlyPort] = isIPv6(rule)
    ? [rule, rule]
    : (/^(?:\[([^\]]+)\]|([^:]+(?::[^/]*\/\d+)?))(?::(\d+))?$/.exec(rule) ?? []);
  const name = (bracketed ?? plain).replace(/^\*?\./, '');
  if (onlyPort !== undefined && Number(onlyPort) !== port) {
    return false;
  }
  if (name.includes('/')) {
    return isIn(name, host);
  }
  return (
    rule === '*' || (name !== '' && (host === name || (!isIP(host) && host.endsWith(`.${name}`))))
  );
}

function isIn(range: string, host: string): boolean {
  const [net = '', bits = ''] = range.split('/');
  const version = isIP(host);
  const areBits = /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32);
  if (version === 0 || version !== isIP(net) || !areBits) {
    return false;
  }
  const family = version === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(net, Number(bits), family);
  return list.check(host, family);
}
