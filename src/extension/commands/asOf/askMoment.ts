import * as vscode from 'vscode';
import { isMomentProblem, parseMoment, type MomentProblem } from '../../../kv/asOf/parseMoment';
import type { BucketStatus } from '../../../kv/model/bucket';
import type { Moment } from '../../../kv/model/moment';
import { formatCount, formatTime } from '../../../views/format/format';
import { askText, runSteps } from '../quickSteps';

/** Asks for a moment of a bucket; undefined when the user gave up. */
export async function askMoment(title: string, status: BucketStatus): Promise<Moment | undefined> {
  const { t } = vscode.l10n;
  const read = (text: string) => parseMoment(text, { now: Date.now(), status });
  const answers = await runSteps<[string]>(title, [
    (place) =>
      askText(place, {
        prompt: t(
          'A time (08:30, 2026-03-01 18:00), how long ago (2h), or a revision up to r{0}',
          status.lastRevision,
        ),
        placeholder: t('2h'),
        problem: (text) => {
          const moment = read(text);
          return isMomentProblem(moment) ? problemText(moment) : undefined;
        },
      }),
  ]);
  const moment = answers && read(answers[0]);
  return !moment || isMomentProblem(moment) ? undefined : moment;
}

function problemText(problem: MomentProblem): string {
  const { t } = vscode.l10n;
  switch (problem.kind) {
    case 'unreadable':
      return t('A time such as 08:30 or 2026-03-01 18:00, how long ago, or a revision.');
    case 'ahead':
      return problem.last === undefined
        ? t('That time is yet to come.')
        : t('The last revision is r{0}.', formatCount(problem.last));
    case 'before':
      return t('The bucket was made later, at {0}.', formatTime(problem.created));
  }
}
