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
    this.tunnel = await this.open({ host, port }, this.givenUp.signal);
    return this.tunnel;
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
    this.givenUp.abort();
    return super.close(error);
  }

  override disconnect(): void {
    this.givenUp.abort();
    super.disconnect();
  }
}
