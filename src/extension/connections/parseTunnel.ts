import { isIPv6 } from 'node:net';
import { t } from '../../kv/base/l10n';
import type { TunnelConfig } from '../../kv/model/connectionConfig';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The tunnel that an entry describes, or why it cannot be used, as text that goes on after 'it is not used: '.
 * What is let through cannot be taken for an option of the program, nor be read by a shell that the user's own
 * configuration of ssh may run.
 */
export function parseTunnel(value: unknown): TunnelConfig | string {
  const { ssh, kubectl, remote } = fieldsOf(value);
  const known = Object.keys(fieldsOf(value)).every((key) =>
    ['ssh', 'kubectl', 'remote'].includes(key),
  );
  if (!known || (ssh === undefined) === (kubectl === undefined)) {
    return t('its "tunnel" must have either "ssh", with a "remote" where needed, or "kubectl"');
  }
  if (kubectl !== undefined) {
    return remote === undefined
      ? kubectlOf(fieldsOf(kubectl))
      : t('the "remote" of its "tunnel" is only for "ssh"');
  }
  if (typeof ssh !== 'string' || !destinationPattern.test(ssh)) {
    return t('the "ssh" of its "tunnel" must be a host, user@host or ssh://user@host:port');
  }
  if (remote !== undefined && (typeof remote !== 'string' || !isHostPort(remote))) {
    return t('the "remote" of its "tunnel" must be host:port, such as nats.internal:4222');
  }
  return { kind: 'ssh', destination: ssh, ...(remote !== undefined && { remote }) };
}

/** Whether it leads to one server, whichever the URL names. */
export function leadsToOne(tunnel: TunnelConfig): boolean {
  return tunnel.kind === 'kubectl' || tunnel.remote !== undefined;
}

/** Of users and hosts only what has no meaning to a shell. */
const destinationPattern =
  /^(?:(?:[\w][\w.+-]*@)?(?:\w[\w.-]*|[\da-f]*:[\da-f:.]+)|ssh:\/\/(?:\w[\w.+-]*@)?(?:\w[\w.-]*|\[[\da-f:.]+\])(?::\d{1,5})?)$/i;
const namePattern = /^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/;
const resourcePattern = /^(?:[a-z][a-z.]*\/)?[a-z\d](?:[a-z\d.-]*[a-z\d])?$/;

function kubectlOf(fields: Fields): TunnelConfig | string {
  const { context, namespace, resource, port, ...others } = fields;
  if (
    Object.keys(others).length > 0 ||
    context === undefined ||
    typeof resource !== 'string' ||
    !resourcePattern.test(resource)
  ) {
    return t(
      'the "kubectl" of its "tunnel" must have a "context" and a "resource" such as svc/nats, and may have "namespace" and "port"',
    );
  }
  // The current one may be another by the next dial: what is saved would go to another cluster.
  if (typeof context !== 'string' || !/^[^\s\p{C}-][^\p{C}]*$/u.test(context)) {
    return t('the "context" of its "tunnel" must be the name of one, not beginning with "-"');
  }
  if (namespace !== undefined && (typeof namespace !== 'string' || !namePattern.test(namespace))) {
    return t('the "namespace" of its "tunnel" must be the name of one');
  }
  if (port !== undefined && !isPort(port)) {
    return t('the "port" of its "tunnel" must be a number between 1 and 65535');
  }
  return {
    kind: 'kubectl',
    context,
    ...(namespace !== undefined && { namespace }),
    resource,
    ...(port !== undefined && { port }),
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function isHostPort(text: string): boolean {
  const [, v6, , port] = /^(?:\[([\da-f:.]+)\]|(\w[\w.-]*)):(\d{1,5})$/i.exec(text) ?? [];
  return port !== undefined && isPort(Number(port)) && (v6 === undefined || isIPv6(v6));
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
}
