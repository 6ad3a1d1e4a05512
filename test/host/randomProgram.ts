import { randomFrom } from '../support/random';

/** Takes one of some things, each as likely as the others. */
export type Pick = <T>(all: readonly T[]) => T;

/**
 * Runs that many steps, each of which says what it has done; `NATS_KV_SEED` makes the choices of a run again.
 * A failure tells the seed, and the last steps.
 */
export async function runProgram(
  steps: number,
  step: (pick: Pick) => Promise<string>,
  end: () => Promise<void>,
): Promise<void> {
  const seed = Number(process.env['NATS_KV_SEED'] ?? Date.now() % 100_000);
  const random = randomFrom(seed);
  const pick: Pick = (all) => all[Math.floor(random() * all.length)] as (typeof all)[number];
  const done: string[] = [];
  try {
    for (let at = 0; at < steps; at++) {
      done.push(await step(pick));
    }
    await end();
  } catch (error) {
    const last = done.slice(-12).join('; ');
    throw new Error(`seed ${seed}, ${String(error)}; last steps: ${last}`, { cause: error });
  }
}
