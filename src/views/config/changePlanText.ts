import * as vscode from 'vscode';
import type { FieldChange } from '../../kv/config/bucketDocument';
import { isLoss, type Consequence, type Holdings } from '../../kv/config/consequences';
import { displayText } from '../../kv/values/displayText';
import { formatCount, formatMoment, formatSize } from '../format/format';
import { diffLines } from '../plan/planDiff';

/** A change of a bucket's configuration before it is made. */
export interface ChangePlanFacts {
  /** `Change SHOP_ORDERS on local · PRODUCTION`. */
  readonly title: string;
  readonly changes: readonly FieldChange[];
  readonly consequences: readonly Consequence[];
  /** Why something may not be as it is meant, each in a sentence. */
  readonly doubts: readonly string[];
  readonly holdings: Holdings;
}

/** The change as a document that reads like a diff: the losses first. */
export function changePlanText(facts: ChangePlanFacts): string {
  const { t } = vscode.l10n;
  const { title, changes, consequences, doubts, holdings } = facts;
  const [losses, others] = [
    consequences.filter(isLoss),
    consequences.filter((each) => !isLoss(each)),
  ];
  const fields =
    changes.length === 1 ? t('1 field changes') : t('{0} fields change', changes.length);
  const summary = [
    losses.length > 0
      ? t('{0}, and what is lost cannot be brought back.', fields)
      : t('{0}, and nothing stored is lost.', fields),
    countedText(holdings),
    t('Nothing is sent before this is carried out.'),
    t('Nothing is sent when the configuration changed meanwhile.'),
  ];
  return [
    `# ${title}`,
    '#',
    ...summary.map((line) => `# ${line}`),
    '',
    ...section(t('What is lost'), losses.map(consequenceText), '!'),
    ...section(t('What else happens'), others.map(consequenceText), ' '),
    ...section(t('Worth a second look'), doubts, ' '),
    ...changes.flatMap(changeLines),
  ].join('\n');
}

/** What became of the change, in the place of its plan. */
export function changeReportText(title: string, lines: readonly string[]): string {
  return [`# ${title}`, '#', ...lines.map((line) => `# ${displayText(line)}`), ''].join('\n');
}

function section(title: string, lines: readonly string[], sign: string): string[] {
  return lines.length === 0
    ? []
    : [`# ${title}`, ...lines.map((line) => `${sign} ${displayText(line)}`), ''];
}

function changeLines({ name, before, after }: FieldChange): string[] {
  const [old, now] = [valueLines(before), valueLines(after)];
  const lines = diffLines(old, now).filter((line) => !line.startsWith('@@'));
  return [displayText(name), ...lines.map((line) => displayText(line)), ''];
}

function valueLines(value: unknown): string {
  return value === undefined ? vscode.l10n.t('nothing') : JSON.stringify(value, undefined, 2);
}

function countedText({ messages, values, now }: Holdings): string {
  const { t } = vscode.l10n;
  return messages
    ? t(
        'Counted at {0} by reading the headers of all {1} messages.',
        formatMoment(now),
        formatCount(messages.length),
      )
    : t(
        'Told by the numbers of the bucket at {0}, of {1} messages; none was read: what goes is an upper bound.',
        formatMoment(now),
        formatCount(values),
      );
}

/** A consequence in a sentence. */
export function consequenceText(consequence: Consequence): string {
  const { t } = vscode.l10n;
  switch (consequence.kind) {
    case 'historyGoes':
      return historyText(consequence);
    case 'expire': {
      const { messages, keys } = consequence;
      const number = formatCount(messages.number);
      return !messages.isExact
        ? t('Up to {0} messages are older than the new ttl and expire at once.', number)
        : t(
            '{0} messages are older than the new ttl and expire at once; {1} keys have no value then.',
            number,
            formatCount(keys ?? 0),
          );
    }
    case 'oldestGo':
      return t(
        'The {0} oldest messages go, since there are more than maxMessages.',
        formatCount(consequence.messages.number),
      );
    case 'oldestBytesGo':
      return t(
        'The oldest messages go, about {0} of them, since there is more than maxBytes.',
        formatSize(consequence.bytes),
      );
    case 'full':
      return consequence.field === 'maxBytes'
        ? t(
            'The bucket is {0} larger than maxBytes: nothing goes, and every write is refused until it is smaller.',
            formatSize(consequence.over),
          )
        : t(
            'The bucket has {0} messages more than maxMessages: nothing goes, and new keys are refused until it has fewer.',
            formatCount(consequence.over),
          );
    case 'tooLarge':
      return consequence.values === undefined
        ? t(
            'Values that are larger than maxValueSize stay; they cannot be saved again at that size.',
          )
        : t(
            '{0} values are larger than maxValueSize: they stay, and cannot be saved again at that size.',
            formatCount(consequence.values),
          );
    case 'copies':
      return consequence.to > consequence.from
        ? t(
            'The data is copied to {0} more servers; a server refuses what its cluster has no room for.',
            consequence.to - consequence.from,
          )
        : t('{0} copies of the data are removed.', consequence.from - consequence.to);
    case 'final':
      return t('{0} cannot be switched off again.', consequence.field);
    case 'sealed':
      return t(
        'Nothing can be written, deleted or expire any more, for good. The server sets ttl, denyDelete, denyPurge and rollups with it.',
      );
    case 'promoted':
      return t('The mirror copies no more and becomes a bucket of its own, with what it has.');
    case 'unanswered':
      return t('Writes are not answered any more: clients take every one for failed.');
    case 'duplicateWindow':
      return t('The duplicate window goes with the ttl, since it cannot be longer.');
    case 'note':
      return noteText(consequence.about);
  }
}

function historyText({ revisions, keys, isLater }: Consequence & { kind: 'historyGoes' }): string {
  const { t } = vscode.l10n;
  const number = formatCount(revisions.number);
  if (isLater) {
    return t(
      'Up to {0} revisions are beyond the new history; this server drops them when their key is written.',
      number,
    );
  }
  return revisions.isExact
    ? t(
        '{0} revisions of {1} keys are beyond the new history and go at once.',
        number,
        formatCount(keys ?? 0),
      )
    : t('Up to {0} revisions are beyond the new history and go at once.', number);
}

function noteText(about: (Consequence & { kind: 'note' })['about']): string {
  const { t } = vscode.l10n;
  switch (about) {
    case 'compression':
      return t('What is stored stays as it is; what is written from now on is stored the new way.');
    case 'placement':
      return t('The data is moved to other servers where the present ones do not fit.');
    case 'sources':
      return t(
        'What was copied stays. New sources are copied from where they say, removed ones no more.',
      );
    case 'subjects':
      return t('What is stored under other subjects stays, and clients may not find it.');
    case 'directReads':
      return t('Clients that have the bucket open read the way that they began with.');
    case 'retention':
      return t('Consumers decide what is kept: nobody may be able to read it again.');
    case 'discard':
      return t('This is what happens when the bucket is full.');
  }
}
