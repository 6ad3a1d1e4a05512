import * as vscode from 'vscode';
import type { Verification } from '../../kv/transfer/verify';
import { formatCount } from '../format/format';
import { section } from './importPlanText';
import { heading } from './planText';

/** What a verification has found, as a document. */
export function verifyText(title: string, place: string, found: Verification): string {
  const { t } = vscode.l10n;
  const { differing, others, unreadable, compared, same, status } = found;
  const { missing, present, value, headers, ttl } = differing;
  const count = differenceCount(found);
  return [
    ...heading(title, [
      count === 0 && unreadable.count === 0
        ? t('Nothing differs.')
        : t(
            'Different: {0}; not compared: {1}.',
            formatCount(count),
            formatCount(unreadable.count),
          ),
      t('Compared: {0}; the same: {1}.', formatCount(compared), formatCount(same)),
      t('In {0}, as of revision {1} or later.', place, formatCount(status.lastRevision)),
      t('Values byte by byte, headers and TTLs; revisions and times are those of the bucket.'),
    ]),
    ...section(' ', unreadable, t('# Not compared: {0}', formatCount(unreadable.count))),
    ...section('-', missing, t('# Missing in the bucket: {0}', formatCount(missing.count))),
    ...section('+', others, t('# Only in the bucket: {0}', formatCount(others.count))),
    ...section(
      '+',
      present,
      t('# Deleted in the source, with a value: {0}', formatCount(present.count)),
    ),
    ...section('!', value, t('# Another value: {0}', formatCount(value.count))),
    ...section('!', headers, t('# Other headers: {0}', formatCount(headers.count))),
    ...section('!', ttl, t('# Another TTL: {0}', formatCount(ttl.count))),
  ].join('\n');
}

/** Keys that are not as the source has them. */
function differenceCount({ differing, others }: Verification): number {
  return Object.values(differing).reduce((sum, { count }) => sum + count, others.count);
}
