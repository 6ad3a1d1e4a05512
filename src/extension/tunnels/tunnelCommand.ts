import { isIPv6 } from 'node:net';
import type { TunnelConfig } from '../../kv/model/connectionConfig';
import type { Endpoint } from '../../kv/nats/link/openSocket';
import { formatAddress } from '../../kv/nats/link/serverUrl';

/** The arguments of the program that makes a tunnel to a server. Ssh is told the local port to listen on. */
export function tunnelArguments(
  tunnel: TunnelConfig,
  server: Endpoint,
  localPort: string,
): readonly string[] {
  return tunnel.kind === 'ssh'
    ? sshArguments(tunnel.destination, tunnel.remote ?? formatAddress(server), localPort)
    : kubectlArguments(tunnel, server);
}

/** `-v` tells when it listens; without a control socket the forward ends with this very process. */
function sshArguments(destination: string, remote: string, localPort: string): readonly string[] {
  return [
    ...['-v', '-N', '-T', '-S', 'none'],
    ...['-o', 'BatchMode=yes', '-o', 'ExitOnForwardFailure=yes'],
    ...['-L', `127.0.0.1:${localPort}:${remote}`],
    ...['--', destination],
  ];
}

/** It takes a free local port by itself, and tells which. */
function kubectlArguments(
  { context, namespace, resource, port }: Extract<TunnelConfig, { kind: 'kubectl' }>,
  server: Endpoint,
): readonly string[] {
  return [
    'port-forward',
    '--address=127.0.0.1',
    ...(context === undefined ? [] : [`--context=${context}`]),
    ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
    ...['--', resource, `:${port ?? server.port}`],
  ];
}

/**
 * Reads the output of such a program: gives the local port with the line that says that it is listened on. `asked`
 * is the port that ssh was told, which names it before it has it; a second line says that it has.
 */
export function listeningReader(
  kind: TunnelConfig['kind'],
  asked: number,
): (line: string) => number | undefined {
  if (kind === 'kubectl') {
    return (line) => {
      const port = /^Forwarding from 127\.0\.0\.1:(\d+) -> \d+\s*$/.exec(line)?.[1];
      return port === undefined ? undefined : Number(port);
    };
  }
  let isNamed = false;
  return (line) => {
    const named = /^debug1: Local forwarding listening on (\S+) port (\d+)\.?\s*$/.exec(line);
    if (named) {
      isNamed = named[1] === '127.0.0.1' && Number(named[2]) === asked;
      return undefined;
    }
    return isNamed && /^debug1: channel \d+: new .*port listener/.test(line) ? asked : undefined;
  };
}

/** The local port in a command line that is shown. */
export const anyPort = '<port>';

/** A command line as it is shown to be allowed. */
export function commandText(program: string, args: readonly string[]): string {
  return [program, ...args]
    .map((part) => (/^[\w@%+=:,./<>\\-]+$/.test(part) ? part : JSON.stringify(part)))
    .join(' ');
}

/** Whether a server can stand in an argument: what the system makes of other names is not known. */
export function canForward({ host }: Endpoint): boolean {
  return isIPv6(host) || /^[a-z\d_][\w.-]*$/i.test(host);
}
