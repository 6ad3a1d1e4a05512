import type { Disposable } from '../../kv/base/event';
import { t } from '../../kv/base/l10n';
import { ignore } from '../../kv/base/ignore';
import { delay } from '../../kv/base/delay';
import type { TunnelConfig } from '../../kv/model/connectionConfig';
import { type KvError, throwIfCancelled } from '../../kv/model/errors';
import { DialError } from '../../kv/nats/link/dialError';
import { type Endpoint, type OpenSocket, openTcp } from '../../kv/nats/link/openSocket';
import { formatAddress } from '../../kv/nats/link/serverUrl';
import { type Tunnel, TunnelError } from '../../kv/nats/link/tunnel';
import { Forward } from './forward';

export interface ProgramTunnelOptions {
  /** Absolute path of what is run. */
  readonly program: string;
  readonly config: TunnelConfig;
  /** How long a program may take until it listens, in milliseconds; logins by a browser take a while. */
  readonly patienceMs?: number;
  /** Is told when a program ends that was in use, as a sentence without a final period; not after `dispose`. */
  readonly onLost?: (message: string) => void;
}

const defaultPatienceMs = 30_000;

/** Owns the programs of a connection's tunnel, one for each server that is dialled; `dispose` ends them all. */
export class ProgramTunnel implements Tunnel, Disposable {
  private readonly forwards = new Map<string, Forward>();
  private isDisposed = false;

  constructor(private readonly options: ProgramTunnelOptions) {}

  async ready(server: Endpoint, signal?: AbortSignal): Promise<void> {
    this.forwards.get(formatAddress(server))?.words.forget();
    await this.portTo(server, signal);
  }

  readonly open: OpenSocket = async (server, signal) =>
    openTcp({ host: '127.0.0.1', port: await this.portTo(server, signal) }, signal);

  failed(server: Endpoint, error: KvError): KvError {
    const where = formatAddress(server);
    const forward = this.forwards.get(where);
    if (!forward || (error instanceof DialError && error.step !== 'reach')) {
      return error;
    }
    const { text } = forward.words;
    this.drop(server, forward);
    const message = t('the tunnel by {0} gives no way to {1}: {2}', this.name, where, text);
    return text === '' ? error : new TunnelError(error.kind, message, error);
  }

  dispose(): void {
    this.isDisposed = true;
    this.forwards.forEach((forward) => forward.end());
    this.forwards.clear();
  }

  private get name(): string {
    return this.options.config.kind;
  }

  private async portTo(server: Endpoint, signal?: AbortSignal): Promise<number> {
    throwIfCancelled(signal);
    const { patienceMs = defaultPatienceMs } = this.options;
    const forward = this.forwards.get(formatAddress(server)) ?? this.start(server);
    const settled = new AbortController();
    const waits = signal ? AbortSignal.any([signal, settled.signal]) : settled.signal;
    try {
      return await Promise.race([
        forward.listening,
        forward.ended.then((how) => {
          throw this.endedError(forward, how);
        }),
        delay(patienceMs, waits).then(() => {
          throwIfCancelled(signal);
          throw this.lateError(forward, patienceMs);
        }),
      ]);
    } catch (error) {
      this.drop(server, forward);
      throw error;
    } finally {
      settled.abort();
    }
  }

  private start(server: Endpoint): Forward {
    if (this.isDisposed) {
      throw new TunnelError('disconnected', t('the tunnel by {0} is closed', this.name));
    }
    const { program, config, onLost } = this.options;
    const forward = new Forward(program, config, server);
    const where = formatAddress(server);
    this.forwards.set(where, forward);
    let isInUse = false;
    forward.listening.then(() => (isInUse = true), ignore);
    forward.ended.catch(String).then((how) => {
      this.drop(server, forward);
      if (isInUse && !this.isDisposed) {
        onLost?.(this.endedError(forward, how).message);
      }
    }, ignore);
    return forward;
  }

  private drop(server: Endpoint, forward: Forward): void {
    const where = formatAddress(server);
    if (this.forwards.get(where) === forward) {
      this.forwards.delete(where);
    }
    forward.end();
  }

  private endedError(forward: Forward, how: string): TunnelError {
    const { text } = forward.words;
    const message =
      text === ''
        ? t('the tunnel by {0} ended ({1})', this.name, how)
        : t('the tunnel by {0} ended ({1}): {2}', this.name, how, text);
    const advice = adviceOn(text);
    return new TunnelError(
      'disconnected',
      advice === undefined ? message : `${message}; ${advice}`,
    );
  }

  private lateError(forward: Forward, patienceMs: number): TunnelError {
    const seconds = patienceMs / 1000;
    const { text } = forward.words;
    const message = t('the tunnel by {0} was not there within {1} s', this.name, seconds);
    return new TunnelError('timeout', text === '' ? message : `${message}: ${text}`);
  }
}

/** What can be done about what ssh says: nobody can answer its questions here. */
function adviceOn(words: string): string | undefined {
  if (/Permission denied|Host key verification failed/i.test(words)) {
    return t('connect once with ssh in a terminal, and give keys with a passphrase to your agent');
  }
  return /address already in use|cannot listen to port/i.test(words)
    ? t('another program has taken the local port; connect again')
    : undefined;
}
