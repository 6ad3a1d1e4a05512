import { afterEach } from 'vitest';
import type { Workbench } from './workbench';

/** Takes a picture of the workbench whenever a test of this file fails. */
export function pictureFailures(workbench: () => Workbench): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await workbench().shot(`failed: ${task.name}`);
    }
  });
}
