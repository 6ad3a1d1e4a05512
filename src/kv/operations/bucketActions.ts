import { t } from '../base/l10n';
import type { BucketChange, BucketStatus } from '../model/bucket';

/** API level of server 2.12, the first that lets a mirror become a bucket of its own. */
const levelOfPromotion = 2;

/**
 * Why a bucket cannot be cleaned, as a clause; undefined when it can. `kind`: by markers over keys, by
 * markers that take the history with them, or by removing stored messages.
 */
export function whyNotCleaned(
  { name, mirrorOf, streamConfig }: BucketStatus,
  kind: 'delete' | 'purge' | 'trim',
): string | undefined {
  if (mirrorOf !== undefined) {
    return t('"{0}" is a mirror, which only copies; clean "{1}"', name, mirrorOf);
  }
  if (streamConfig['sealed'] === true) {
    return t('"{0}" is sealed: nothing in it can be changed', name);
  }
  if (kind === 'trim' && streamConfig['deny_purge'] === true) {
    return t('"{0}" denies purges (deny_purge), so that messages cannot be removed', name);
  }
  return kind === 'purge' && streamConfig['allow_rollup_hdrs'] !== true
    ? t('"{0}" takes no purge of a key (allow_rollup_hdrs is off)', name)
    : undefined;
}

/** Why nothing can be written to a bucket, as a clause; undefined when something can. */
export function whyNotWritten({ name, mirrorOf, streamConfig }: BucketStatus): string | undefined {
  if (mirrorOf !== undefined) {
    return t('"{0}" is a mirror, which only copies; write to "{1}"', name, mirrorOf);
  }
  return streamConfig['sealed'] === true
    ? t('"{0}" is sealed: nothing in it can be changed', name)
    : undefined;
}

/** Why a bucket cannot become one of its own, as a clause; undefined when it can. */
export function whyNotPromoted(
  { name, mirrorOf, keyPrefix }: BucketStatus,
  apiLevel: number,
): string | undefined {
  if (mirrorOf === undefined) {
    return t('"{0}" is no mirror', name);
  }
  if (apiLevel < levelOfPromotion) {
    return t('the server cannot make a mirror a bucket of its own; that takes server 2.12');
  }
  return keyPrefix === ownPrefix(name)
    ? undefined
    : t(
        'the values of "{0}" are stored under {1}>, where no client would look for keys of "{2}": once promoted it would look empty; copy its keys to a new bucket instead',
        name,
        keyPrefix,
        name,
      );
}

/** What makes a mirror a bucket of its own: it copies no longer, and takes writes. */
export function promotion({ name }: BucketStatus): BucketChange {
  return {
    stream: { mirror: undefined, mirror_direct: undefined, subjects: [`${ownPrefix(name)}>`] },
  };
}

/** Why a bucket cannot be sealed, as a clause; undefined when it can. */
export function whyNotSealed({ name, mirrorOf, streamConfig }: BucketStatus): string | undefined {
  if (mirrorOf !== undefined) {
    return t('"{0}" is a mirror, which takes no writes; seal "{1}"', name, mirrorOf);
  }
  return streamConfig['sealed'] === true ? t('"{0}" is sealed already', name) : undefined;
}

/** What seals a bucket: a server sets the same of its own accord. */
export const sealing: BucketChange = {
  stream: {
    sealed: true,
    max_age: 0,
    discard: 'new',
    deny_delete: true,
    deny_purge: true,
    allow_rollup_hdrs: false,
  },
};

/** Why no other server can lead a bucket, as a clause; undefined when one can. */
export function whyNoStepDown({ name, cluster }: BucketStatus): string | undefined {
  if (!cluster) {
    return t('the server is not part of a cluster');
  }
  if (cluster.leader === undefined) {
    return t('"{0}" has no leader just now', name);
  }
  if (cluster.peers.length === 0) {
    return t('"{0}" has one copy, so that nobody could take over', name);
  }
  return cluster.peers.some(({ current, offline }) => current && !offline)
    ? undefined
    : t('no other copy is up to date, so that nobody could take over');
}

function ownPrefix(bucket: string): string {
  return `$KV.${bucket}.`;
}
