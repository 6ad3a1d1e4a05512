import { afterEach } from 'vitest';
import type { Workbench } from './workbench';

declare module 'vitest' {
  interface TaskMeta {
    /** What the window of a failed test showed, in few lines: told where its picture cannot be seen. */
    shown?: string;
  }
}

/** Takes a picture of the workbench whenever a test of this file fails, and tells what it shows in words. */
export function pictureFailures(workbench: () => Workbench): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await workbench().shot(`failed: ${task.name}`);
      task.meta.shown = await workbench().inWords();
    }
  });
}
