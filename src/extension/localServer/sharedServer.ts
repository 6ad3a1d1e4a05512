import type { Disposable } from '../../kv/base/event';
import { endProcess, type RunningRecord } from './claimStore';
import type { LocalSystem } from './localSystem';
import { ignore } from '../../kv/base/ignore';

/** Watches the server of another window until it ends or is disposed. */
export class SharedServer implements Disposable {
  private readonly timer: NodeJS.Timeout;
  private isDisposed = false;

  constructor(
    readonly record: RunningRecord,
    private readonly system: LocalSystem,
    watchMs: number,
    private readonly onEnd: () => void,
  ) {
    // A look that fails says nothing of the server: the next one may.
    this.timer = setInterval(() => {
      this.look().catch(ignore);
    }, watchMs);
  }

  /** Ends the server. The process is ours only as long as the name on its port is. */
  async stop(): Promise<void> {
    this.dispose();
    if (await this.isThere()) {
      await endProcess(this.record.pid, this.system);
    }
  }

  dispose(): void {
    this.isDisposed = true;
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const isThere = await this.isThere();
    if (!isThere && !this.isDisposed) {
      this.dispose();
      this.onEnd();
    }
  }

  private async isThere(): Promise<boolean> {
    return (await this.system.serverNameAt(this.record.port)) === this.record.name;
  }
}
