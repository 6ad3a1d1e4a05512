import { describe, it } from 'vitest';
import { answers, honest, kindOf } from './honest';
import type { Script } from './lyingServer';
import { liesOf, wholeLies } from './mutations';
import { deeds, expectTold } from './trial';

/** Answers one kind of request with this, and all others as they should be. */
function lyingAbout(needs: string, answer: unknown): Script {
  return (asked, answering) => {
    if (kindOf(asked) === needs) {
      answering.send(asked.reply, JSON.stringify(answer));
    } else {
      honest(asked, answering);
    }
  };
}

const answered = deeds.filter(({ needs }) => needs in answers);
/** Those of one answer read it by the same schema: the first of them is told every lie. */
const isFirst = (deed: (typeof deeds)[number]) =>
  answered.find(({ needs }) => needs === deed.needs) === deed;

describe.each(answered)('$name, when the answer of $needs', (deed) => {
  const fields = isFirst(deed) ? liesOf(answers[deed.needs] ?? {}) : [];
  const lies = [...wholeLies, ...fields];
  it.concurrent.each(lies)('$name', async ({ answer }) => {
    await expectTold(lyingAbout(deed.needs, answer), deed);
  });
});
