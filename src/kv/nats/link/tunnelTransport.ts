import { NodeTransport } from 'nats/lib/src/node_transport';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { OpenSocket } from './openSocket';

interface HostPort {
  readonly hostname: string;
  readonly port: number;
}

/** The client's transport over a socket that is opened in another way, such as through a proxy. */
export class TunnelTransport extends NodeTransport {
  private readonly givenUp = new AbortController();
  private tunnel: Socket | undefined;

  constructor(private readonly open: OpenSocket) {
    super();
  }

  override async dial({ hostname: host, port }: HostPort): Promise<Socket> {
    const { signal } = this.givenUp;
    const tunnel = await this.open({ host, port }, signal);
    this.tunnel = tunnel;
    if (signal.aborted) {
      tunnel.destroy();
      throw new Error('the dial was given up');
    }
    return tunnel;
  }

  override async tlsFirst(address: HostPort): Promise<TLSSocket> {
    this.socket = await this.dial(address);
    return super.tlsFirst(address);
  }

  /** Also with TLS to a proxy only the server's own counts. */
  override isEncrypted(): boolean {
    return this.socket !== this.tunnel && super.isEncrypted();
  }

  override close(error?: Error): Promise<void> {
    this.giveUp();
    return super.close(error);
  }

  override disconnect(): void {
    this.giveUp();
    super.disconnect();
  }

  /** The client lets go of a socket by itself only once it is connected. */
  private giveUp(): void {
    this.givenUp.abort();
    if (!this.connected) {
      this.tunnel?.destroy();
    }
  }
}
