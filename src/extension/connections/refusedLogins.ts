import type { DialReason } from '../../kv/model/kvConnection';

/** How long a server has to go on refusing a login before that is believed of dials by themselves. */
const patienceMs = 10_000;

/**
 * Owns which logins servers have refused; changes only through `refused` and `accepted`. A refusal may
 * pass: a user is taken away and given back by a reload, an auth callout is down. So the first one
 * says nothing of the secret, and the link goes on trying with what it has. A refusal is believed when
 * the server refuses again, with none accepted between, either 10 s or more after the first, or in a dial that
 * somebody asked for, such as by Log In Again. What is believed only makes dials that are asked for ask for the
 * secret; dials by themselves never ask, and go on with what is kept. Nothing that is kept is removed.
 */
export class RefusedLogins {
  private readonly since = new Map<string, number>();
  private readonly believed = new Set<string>();

  constructor(private readonly now: () => number = Date.now) {}

  refused(id: string, reason: DialReason): void {
    const since = this.since.get(id);
    if (since === undefined) {
      this.since.set(id, this.now());
    } else if (reason === 'askedFor' || this.now() - since >= patienceMs) {
      this.believed.add(id);
    }
  }

  accepted(id: string): void {
    this.since.delete(id);
    this.believed.delete(id);
  }

  isBelieved(id: string): boolean {
    return this.believed.has(id);
  }
}
