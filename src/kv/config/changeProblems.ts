import { t } from '../base/l10n';
import type { AccountInfo } from '../model/kvConnection';
import { accountProblems, type ValueEdit } from './accountProblems';
import { bucketFields, fieldNamed, type BucketField } from './fields';
import { changesBetween, valueIn, type BucketValues, type FieldChange } from './bucketDocument';
import { durationOf, isSame, none, unlimited } from './fieldValues';
import { defaultOf } from './bucketDocument';
import type { DocumentProblem } from './readDocument';
import { hasFieldsOf, type ServerFacts } from './since';

/** What a server and an account can do, as far as they tell. */
export interface Abilities extends ServerFacts {
  /** Undefined where it is not told. */
  readonly isClustered: boolean | undefined;
  /** What the account uses and may use; undefined where it is not told. */
  readonly account: AccountInfo | undefined;
}

/** A document against what it was opened as. */
export interface Edit extends ValueEdit {
  readonly bucket: string;
  readonly abilities: Abilities;
}

/** What the server would refuse or could not do, before it is asked. */
export function changeProblems(edit: Edit): DocumentProblem[] {
  const { bucket, before, after, abilities } = edit;
  const changes = changesBetween(bucket, before ?? {}, after);
  return [
    ...changes.flatMap((change) => [
      ...missingAbility(change, edit),
      ...(before ? fixedProblem(change, before, abilities) : []),
    ]),
    ...(before ? moveProblems(changes) : []),
    ...ruleProblems(edit),
    ...(abilities.account ? accountProblems(edit, changes, abilities.account) : []),
  ];
}

/** Whether a problem is about a field that a bucket has from when it was made: there is a way round. */
export function isFixed(problem: DocumentProblem): boolean {
  return problem.message.includes(wayRound());
}

function wayRound(): string {
  return t('Create Bucket from makes another one that has it');
}

function missingAbility(
  { name }: FieldChange,
  { bucket, after, abilities }: Edit,
): DocumentProblem[] {
  const field = fieldNamed(name);
  const value = field && valueIn(field, bucket, after);
  if (!field?.since || isSame(field.is, value, plainDefault(field, bucket))) {
    return [];
  }
  const has = hasFieldsOf(field.since, abilities);
  return has === false
    ? [error(name, t('{0} needs nats-server {1}, and this one is older', name, field.since))]
    : [];
}

/** What a server does that does not know the field. */
function plainDefault(field: BucketField, bucket: string): unknown {
  return defaultOf(field, bucket, {});
}

function fixedProblem(
  { name, after }: FieldChange,
  before: BucketValues,
  abilities: Abilities,
): DocumentProblem[] {
  const field = fieldNamed(name);
  if (name === 'mirror' && after !== undefined) {
    const problem =
      before['mirror'] === undefined
        ? t('a bucket becomes no mirror once it is made')
        : t('what a mirror copies cannot be changed');
    return [error(name, `${problem}; ${wayRound()}`)];
  }
  if (field?.changesSince && hasFieldsOf(field.changesSince, abilities) === false) {
    const problem = t('{0} cannot be changed before nats-server {1}', name, field.changesSince);
    return [error(name, `${problem}; ${wayRound()}`)];
  }
  if (field?.changes === 'never') {
    return [error(name, t('{0} cannot be changed once a bucket is made; {1}', name, wayRound()))];
  }
  return field?.changes === 'onlyOn' && after === false
    ? [error(name, t('{0} cannot be switched off again; {1}', name, wayRound()))]
    : [];
}

/** A stream is moved or scaled, one after the other. */
function moveProblems(changes: readonly FieldChange[]): DocumentProblem[] {
  const names = changes.map(({ name }) => name);
  return names.includes('replicas') && names.includes('placement')
    ? [
        error(
          'placement',
          t('placement and replicas cannot be changed in one save: first one of them'),
        ),
      ]
    : [];
}

/** Rules of the server about several fields, each with the field that it is told at. */
function ruleProblems({ bucket, before, after, abilities }: Edit): DocumentProblem[] {
  const get = (name: string): unknown => {
    const field = bucketFields.find((each) => each.name === name);
    return field && valueIn(field, bucket, after);
  };
  const is = (name: string): boolean => get(name) === true;
  const isMirror = get('mirror') !== undefined;
  const ttl = durationOf(get('ttl'));
  const replicas = Number(get('replicas'));
  const sources = get('sources');
  const hasSources = Array.isArray(sources) && sources.length > 0;
  const placement = get('placement') as { readonly preferred?: string } | undefined;
  const sealed = is('sealed');
  const rules: readonly (readonly [boolean, string, string])[] = [
    [
      ttl > 0n && durationOf(get('duplicateWindow')) > ttl,
      'duplicateWindow',
      t('duplicateWindow must not be longer than ttl'),
    ],
    [
      get('duplicateWindow') === none &&
        !isMirror &&
        (!hasSources || (before !== undefined && before['duplicateWindow'] !== none)),
      'duplicateWindow',
      t(
        'a bucket that takes messages has a duplicateWindow; without the line it is 2m, or the ttl',
      ),
    ],
    [
      is('denyPurge') && is('rollups') && !sealed,
      'denyPurge',
      t('denyPurge needs "rollups": false, without which no key can be purged'),
    ],
    [
      get('markerTtl') !== none && is('denyPurge'),
      'markerTtl',
      t('markerTtl needs "denyPurge": false: the server puts markers by a purge'),
    ],
    [
      get('markerTtl') !== none && !is('keyTtls'),
      'markerTtl',
      t('markerTtl needs "keyTtls": true'),
    ],
    [
      get('markerTtl') !== none && !is('rollups') && !sealed,
      'markerTtl',
      t('markerTtl needs "rollups": true: a marker replaces what was before it'),
    ],
    [isMirror && get('markerTtl') !== none, 'markerTtl', t('a mirror makes no markers of its own')],
    [isMirror && hasSources, 'sources', t('a mirror cannot have sources besides')],
    [
      isMirror && (get('subjects') as readonly string[]).length > 0,
      'subjects',
      t('a mirror takes no messages of its own: it has no subjects'),
    ],
    [
      isMirror && Number(get('firstRevision')) > 0,
      'firstRevision',
      t('a mirror has the revisions of its origin'),
    ],
    ...['atomicWrites', 'batchedWrites', 'counters', 'schedules'].map(
      (name) => [isMirror && is(name), name, t('a mirror cannot have {0}', name)] as const,
    ),
    [hasSources && is('schedules'), 'schedules', t('a bucket with sources cannot have schedules')],
    [
      is('schedules') && get('discard') === 'new',
      'schedules',
      t('schedules need "discard": "old"'),
    ],
    [is('counters') && get('discard') === 'new', 'counters', t('counters need "discard": "old"')],
    [is('counters') && is('keyTtls'), 'counters', t('counters need "keyTtls": false')],
    [
      is('discardNewPerKey') && get('discard') !== 'new',
      'discardNewPerKey',
      t('discardNewPerKey needs "discard": "new"'),
    ],
    [
      is('discardNewPerKey') && get('history') === unlimited,
      'discardNewPerKey',
      t('discardNewPerKey needs a history that is limited'),
    ],
    [
      get('persistMode') === 'async' && (get('storage') !== 'file' || replicas > 1),
      'persistMode',
      t('"async" needs "storage": "file" and one replica'),
    ],
    [
      get('persistMode') === 'async' && is('atomicWrites'),
      'persistMode',
      t('"async" cannot have atomicWrites'),
    ],
    [
      replicas > 1 && abilities.isClustered === false,
      'replicas',
      t('replicas must be 1: the server is not in a cluster'),
    ],
    [
      (placement?.preferred ?? '') !== '',
      'placement',
      t('the server takes no preferred server for a stream'),
    ],
    [
      isRetentionFixed(before, after),
      'retention',
      t('to or from "workqueue" is not possible; {0}', wayRound()),
    ],
  ];
  const doubts = [
    ...(replicas % 2 === 0
      ? [
          doubt(
            'replicas',
            t('an even number of replicas survives no more failures than one fewer'),
          ),
        ]
      : []),
    ...(get('placement') !== undefined && abilities.isClustered === false
      ? [doubt('placement', t('placement means nothing to a server that is not in a cluster'))]
      : []),
  ];
  return [
    ...rules.filter(([isBroken]) => isBroken).map(([, name, message]) => error(name, message)),
    ...doubts,
  ];
}

function isRetentionFixed(before: BucketValues | undefined, after: BucketValues): boolean {
  const [one, other] = [before?.['retention'] ?? 'limits', after['retention'] ?? 'limits'];
  return before !== undefined && one !== other && (one === 'workqueue' || other === 'workqueue');
}

function error(name: string, message: string): DocumentProblem {
  return { path: [name], message, severity: 'error' };
}

function doubt(name: string, message: string): DocumentProblem {
  return { path: [name], message, severity: 'doubt' };
}
