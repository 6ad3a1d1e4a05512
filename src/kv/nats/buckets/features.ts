import { isKvError } from '../../model/errors';
import type { CallOptions } from '../../model/kvConnection';
import { accountInfo } from './accountInfo';
import type { Channel } from '../wire/channel';
import type { JetStreamApi } from '../wire/jetStreamApi';

/**
 * Owns what is known of the API level, which tells the features of a server; changes only through
 * its own look-ups, one for each connection.
 */
export class Features {
  private readonly levels = new WeakMap<Channel, Promise<number | undefined>>();

  constructor(private readonly api: JetStreamApi) {}

  /**
   * The level of the JetStream API (ADR-44): 0 before server 2.11, from 1 on messages and markers
   * can expire. It is not the connected server's, which may be a leaf node's without JetStream.
   * Undefined when the account may not ask. Throws `jetStreamOff`.
   */
  async level(channel: Channel, options?: CallOptions): Promise<number | undefined> {
    const known = this.levels.get(channel) ?? this.lookUp(channel, options);
    this.levels.set(channel, known);
    try {
      return await known;
    } catch (error) {
      this.levels.delete(channel);
      throw error;
    }
  }

  private async lookUp(channel: Channel, options?: CallOptions): Promise<number | undefined> {
    try {
      const info = await this.api.call(channel, 'INFO', accountInfo, undefined, options);
      return info.api?.level ?? 0;
    } catch (error) {
      if (isKvError(error, 'denied')) {
        return undefined;
      }
      throw error;
    }
  }
}
