import { outputTarget, printingTo } from '../lib/output.mjs';

/**
 * Runs `tasks`, at most `many` at a time, and resolves with their results in their order. They are shown
 * in that order too: the first that has not ended prints as it goes, what the others print waits for
 * their turn.
 */
export async function sideBySide(tasks, many, out = outputTarget() ?? process.stdout) {
  if (many < 2 || tasks.length < 2) {
    return oneByOne(tasks);
  }
  const show = new Show(tasks.length, out);
  const results = [];
  let next = 0;
  const work = async () => {
    while (next < tasks.length) {
      const at = next++;
      results[at] = await printingTo({ write: (text) => show.write(at, text) }, tasks[at]);
      show.end(at);
    }
  };
  await Promise.all(Array.from({ length: Math.min(many, tasks.length) }, work));
  return results;
}

async function oneByOne(tasks) {
  const results = [];
  for (const task of tasks) {
    results.push(await task());
  }
  return results;
}

/** Owns what was printed and waits for its turn; changes only through `write` and `end`. */
class Show {
  constructor(count, out) {
    this.out = out;
    this.parts = Array.from({ length: count }, () => ({ text: [], hasEnded: false }));
    this.front = 0;
  }

  write(at, text) {
    if (at === this.front) {
      this.out.write(text);
    } else {
      this.parts[at].text.push(text);
    }
  }

  end(at) {
    this.parts[at].hasEnded = true;
    while (this.parts[this.front]?.hasEnded) {
      this.front++;
      this.parts[this.front]?.text.splice(0).forEach((text) => this.out.write(text));
    }
  }
}
