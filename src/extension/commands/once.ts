/** Why something was not done, or undefined when it was. */
type Problem = string | undefined;

/**
 * Owns what was asked for by name; changes only through `run` and `add`. The name says all that makes it the same
 * thing, such as the revision that it replaces: once that was done there is no doing it again, so that
 * a double click does it once.
 */
export class Once {
  private readonly asked = new Set<string>();

  has(name: string): boolean {
    return this.asked.has(name);
  }

  add(name: string): void {
    this.asked.add(name);
  }

  /** Does it unless it is under way or done. What failed can be asked for again. */
  async run(name: string, work: () => Promise<Problem>): Promise<Problem> {
    if (this.asked.has(name)) {
      return undefined;
    }
    this.asked.add(name);
    let isDone = false;
    try {
      const problem = await work();
      isDone = problem === undefined;
      return problem;
    } finally {
      if (!isDone) {
        this.asked.delete(name);
      }
    }
  }
}
