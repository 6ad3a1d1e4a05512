import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { WriterRequest, WriterTask } from './writerProgram';

/** Owns the process that writes; changes only through its methods. */
export class Writer {
  private readonly child: ChildProcess;

  constructor(task: WriterTask) {
    const script = join(import.meta.dirname, 'writerProgram.mjs');
    this.child = spawn(process.execPath, [script, JSON.stringify(task)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    process.on('exit', () => this.child.kill());
  }

  /** Resolves once the servers have all that was written, with how many changes that were so far. */
  async pause(): Promise<number> {
    const answered = once(this.child, 'message');
    this.tell('pause');
    const [{ written }] = (await answered) as [{ written: number }];
    return written;
  }

  resume(): void {
    this.tell('resume');
  }

  async end(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.tell('end');
    await exited;
  }

  private tell(request: WriterRequest): void {
    this.child.send(request);
  }
}
