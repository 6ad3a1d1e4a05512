import * as vscode from 'vscode';
import { messageOf } from '../../kv/model/errors';
import type { KeyTable } from '../../kv/table/keyTable';
import { displayText } from '../../kv/values/displayText';
import { formatCount, formatSize } from '../format/format';
import type { TableNotice } from './tableProtocol';

/** What is going on with the rows of a table, and what can be done about it. */
export function tableNotices(table: KeyTable): TableNotice[] {
  return [linkNotice(table), listingNotice(table), orderNotice(table), behindNotice(table)].filter(
    (notice) => notice !== undefined,
  );
}

function linkNotice(table: KeyTable): TableNotice | undefined {
  const { t } = vscode.l10n;
  return table.isLinked
    ? undefined
    : {
        text: t('Not connected: nothing here is kept up to date.'),
        level: 'warning',
        action: { label: t('Connect'), does: 'connect' },
      };
}

function listingNotice({ listing }: KeyTable): TableNotice | undefined {
  const { t } = vscode.l10n;
  switch (listing?.kind) {
    case 'listing':
      return { text: t('Listing keys: {0} so far…', formatCount(listing.found)), level: 'info' };
    case 'partial':
      return {
        text: t('The listing was stopped: these are not all keys.'),
        level: 'warning',
        action: { label: t('List'), does: 'list' },
      };
    case 'failed':
      return {
        text: t('The keys could not be listed: {0}.', displayText(messageOf(listing.error))),
        level: 'warning',
        action: { label: t('List'), does: 'list' },
      };
    default:
      return undefined;
  }
}

function orderNotice({ orderState }: KeyTable): TableNotice | undefined {
  const { t } = vscode.l10n;
  const cancel = { label: t('Cancel'), does: 'cancel' as const };
  switch (orderState.kind) {
    case 'ask': {
      const { values, bytes } = orderState.cost;
      return {
        text: t('This needs {0} values to be read, {1}.', formatCount(values), formatSize(bytes)),
        level: 'info',
        action: { label: t('Read Them'), does: 'agree' },
      };
    }
    case 'reading': {
      const { read, of } = orderState;
      const text = t('Reading values: {0} of {1}…', formatCount(read), formatCount(of));
      return { text, level: 'info', action: cancel, progress: read / Math.max(1, of) };
    }
    case 'cancelled':
      return {
        text: t('Reading was stopped: the rows are in the order that they had.'),
        level: 'warning',
        action: { label: t('Go On'), does: 'agree' },
      };
    case 'failed':
      return {
        text: t(
          'The rows could not be put in order: {0}.',
          displayText(messageOf(orderState.error)),
        ),
        level: 'warning',
        action: { label: t('Try Again'), does: 'agree' },
      };
    default:
      return undefined;
  }
}

function behindNotice({ isBehind }: KeyTable): TableNotice | undefined {
  const { t } = vscode.l10n;
  return isBehind
    ? {
        text: t('Keys have changed: their rows stay where they are for now.'),
        level: 'info',
        action: { label: t('Update'), does: 'orderNow' },
      }
    : undefined;
}
