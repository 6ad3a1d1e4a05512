import * as vscode from 'vscode';
import type { ConnectionConfig } from '../../kv/model/connectionConfig';
import type { Credentials } from '../../kv/model/credentials';
import { isKvError } from '../../kv/model/errors';
import type { ConnectOptions } from '../../kv/nats/link/connectOptions';
import type { ConnectionReport } from '../../kv/nats/testConnection';
import { formatRtt } from '../../views/format/format';
import { slotOf } from './connectionSecrets';
import { connectOptionsOf, type CredentialsOfDial, type OpenTunnel } from './openConnection';
import { sharedProxies } from './sharedProxies';
import { plainWindow } from '../../views/shown/plainWindow';

/** What to do with a connection that was tested before it is saved. */
export type Verdict = 'save' | 'change' | 'cancel';

type Test = (options: ConnectOptions, signal: AbortSignal) => Promise<ConnectionReport>;

/** Tries connections out and says in words how far it came. */
export class ConnectionTester {
  constructor(
    private readonly credentials: CredentialsOfDial,
    private readonly test: Test,
    private readonly openTunnel: OpenTunnel,
  ) {}

  /** Tests with the secrets that were just given; asks what to do when it fails. */
  async beforeSaving(config: ConnectionConfig, given: readonly Credentials[]): Promise<Verdict> {
    const report = await this.run(config, given);
    if (!report) {
      return 'change';
    }
    if (report.ok) {
      return 'save';
    }
    const save = vscode.l10n.t('Save Anyway');
    const change = vscode.l10n.t('Change…');
    const message = vscode.l10n.t('Failed to connect to {0}.', config.name);
    const options = { modal: true, detail: linesOf(report) };
    const choice = await plainWindow.showWarningMessage(message, options, change, save);
    return choice === save ? 'save' : choice === change ? 'change' : 'cancel';
  }

  /** Tests and tells, good or bad: it was asked for. */
  async tell(config: ConnectionConfig): Promise<void> {
    const report = await this.run(config, []);
    if (report?.ok) {
      const message = vscode.l10n.t('{0} can be used.', config.name);
      await plainWindow.showInformationMessage(message, {
        modal: true,
        detail: linesOf(report),
      });
    } else if (report) {
      const message = vscode.l10n.t('Failed to connect to {0}.', config.name);
      await plainWindow.showWarningMessage(message, { modal: true, detail: linesOf(report) });
    }
  }

  /** Undefined when the user cancelled it. */
  private async run(
    config: ConnectionConfig,
    given: readonly Credentials[],
  ): Promise<ConnectionReport | undefined> {
    const options: ConnectOptions = {
      ...connectOptionsOf(config),
      sharedProxies: sharedProxies(),
      credentials: async (signal) => [
        ...given,
        ...(await this.credentials.of(without(config, given), signal, 'askedFor')),
      ],
    };
    const title = vscode.l10n.t('Testing {0}', config.name);
    const location = vscode.ProgressLocation.Notification;
    return plainWindow.withProgress({ location, title, cancellable: true }, async (_, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      try {
        return await this.through(config, options, abort.signal);
      } catch (error) {
        if (isKvError(error, 'cancelled')) {
          return undefined;
        }
        throw error;
      }
    });
  }

  /** By a tunnel of its own, where the connection has one. */
  private async through(
    config: ConnectionConfig,
    options: ConnectOptions,
    signal: AbortSignal,
  ): Promise<ConnectionReport> {
    let tunnel: Awaited<ReturnType<OpenTunnel>>;
    try {
      tunnel = config.tunnel && (await this.openTunnel(config, signal, 'askedFor'));
    } catch (error) {
      if (isKvError(error) && error.kind !== 'cancelled') {
        return { ok: false, steps: [{ name: 'reach', ok: false, message: error.message }] };
      }
      throw error;
    }
    try {
      return await this.test({ ...options, tunnel }, signal);
    } finally {
      tunnel?.dispose();
    }
  }
}

/** The configuration less the methods that secrets at hand are for. */
function without(config: ConnectionConfig, given: readonly Credentials[]): ConnectionConfig {
  const slots = given.map(slotOf);
  return { ...config, auth: config.auth?.filter((method) => !slots.includes(slotOf(method))) };
}

/** A line for each step, and what was learned of the server. */
function linesOf({ steps, server, rttMs }: ConnectionReport): string {
  const lines = steps.map(({ ok, message }) => `${ok ? '✓' : '✗'} ${message}`);
  if (server) {
    const facts = [server.name, server.version, server.cluster].filter((fact) => fact);
    const rtt = rttMs === undefined ? [] : [formatRtt(rttMs)];
    lines.push('', [...facts, ...rtt].join(' · '));
  }
  return lines.join('\n');
}
