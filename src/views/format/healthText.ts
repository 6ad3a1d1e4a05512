import * as vscode from 'vscode';
import type {
  AccountFact,
  FullFact,
  HealthFact,
  LimitUse,
  OriginFact,
} from '../../kv/health/bucketHealth';
import { formatCount, formatDuration, formatSize } from './format';

/** What is unhealthy in a few words, for a row. */
export function healthWords(fact: HealthFact): string {
  const { t } = vscode.l10n;
  switch (fact.kind) {
    case 'noLeader':
      return t('no leader');
    case 'noMajority':
      return t('{0} of {1} copies reachable', fact.reachable, fact.copies);
    case 'replicaOffline':
      return t('{0} is offline', fact.server);
    case 'replicaBehind':
      return t('{0} is behind', fact.server);
    case 'replicasMissing':
      return t('{0} of {1} copies', fact.copies, fact.wanted);
    case 'originFailing':
      return t('{0} not copied', fact.bucket);
    case 'originSilent':
      return t('{0} is silent', fact.bucket);
    case 'originBehind':
      return t('{0} behind', formatCount(fact.lag));
    case 'full':
      return t('full');
    case 'nearlyFull':
      return t('{0} full', percentOf(fact));
    case 'accountFull':
      return t('{0} used up', accountPart(fact));
    case 'accountNearlyFull':
      return t('{0} of {1} used', percentOf(fact), accountPart(fact));
  }
}

/** What is unhealthy and what follows from it, as a sentence. */
export function healthText(fact: HealthFact): string {
  const { t } = vscode.l10n;
  switch (fact.kind) {
    case 'noLeader':
      return t('It has no leader: nothing can be written until its servers have chosen one.');
    case 'noMajority':
      return t(
        'Only {0} of its {1} copies can be reached: nothing can be written until most of them can.',
        fact.reachable,
        fact.copies,
      );
    case 'replicaOffline':
      return fact.silentMs === undefined
        ? t('The copy on {0} is offline.', fact.server)
        : t(
            'The copy on {0} is offline, silent for {1}.',
            fact.server,
            formatDuration(fact.silentMs),
          );
    case 'replicaBehind':
      return fact.lag > 0
        ? t('The copy on {0} is {1} operations behind.', fact.server, formatCount(fact.lag))
        : t('The copy on {0} is not up to date.', fact.server);
    case 'replicasMissing':
      return t('It has {0} of the {1} copies that it should have.', fact.copies, fact.wanted);
    case 'originFailing':
    case 'originSilent':
    case 'originBehind':
      return originText(fact);
    case 'full':
    case 'nearlyFull':
      return fullText(fact);
    case 'accountFull':
    case 'accountNearlyFull':
      return t(
        'The account has {0} of {1} {2} in use ({3}).',
        amount(fact.what, fact.used),
        amount(fact.what, fact.limit),
        accountPart(fact),
        percentOf(fact),
      );
  }
}

function originText(fact: OriginFact): string {
  const { t } = vscode.l10n;
  switch (fact.kind) {
    case 'originFailing':
      return t('{0} is not copied: {1}.', fact.bucket, fact.error.replace(/\.$/, ''));
    case 'originSilent':
      return fact.silentMs === undefined
        ? t('{0}, which it copies from, has not been heard of yet.', fact.bucket)
        : t(
            '{0}, which it copies from, has been silent for {1}.',
            fact.bucket,
            formatDuration(fact.silentMs),
          );
    case 'originBehind':
      return t('It is {0} messages behind {1}.', formatCount(fact.lag), fact.bucket);
  }
}

function fullText(fact: FullFact): string {
  const { t } = vscode.l10n;
  const used = amount(fact.what, fact.used);
  const limit = amount(fact.what, fact.limit);
  const share = percentOf(fact);
  const what = fact.what === 'bytes' ? t('its bytes') : t('its messages');
  if (fact.kind === 'nearlyFull') {
    return fact.refuses
      ? t(
          '{0} of {1} are used ({2} of {3}): writes are refused when it is full.',
          share,
          what,
          used,
          limit,
        )
      : t(
          '{0} of {1} are used ({2} of {3}): the oldest values go when it is full.',
          share,
          what,
          used,
          limit,
        );
  }
  return fact.refuses
    ? t('It is full ({0} of {1}): what needs more room is refused.', used, limit)
    : t('It is full ({0} of {1}): the oldest values go to make room.', used, limit);
}

function accountPart({ what }: AccountFact): string {
  switch (what) {
    case 'storage':
      return vscode.l10n.t('file storage');
    case 'memory':
      return vscode.l10n.t('memory storage');
    case 'streams':
      return vscode.l10n.t('streams');
    case 'consumers':
      return vscode.l10n.t('consumers');
  }
}

function amount(what: AccountFact['what'] | FullFact['what'], value: number): string {
  return what === 'bytes' || what === 'storage' || what === 'memory'
    ? formatSize(value)
    : formatCount(value);
}

/** Rounded down: nothing is full before it is. */
function percentOf({ used, limit }: LimitUse): string {
  return `${Math.floor((used / limit) * 100)}%`;
}
