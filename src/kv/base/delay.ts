import { onAbort } from './onAbort';

/** Resolves after the given time, or at once when the signal aborts; it never rejects. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      abortion.dispose();
      resolve();
    }, milliseconds);
    const abortion = onAbort(signal, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
