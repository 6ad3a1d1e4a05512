import * as vscode from 'vscode';
import type { Reading } from '../../kv/inspect/reading';
import type { AccountInfo, AccountUses } from '../../kv/model/kvConnection';
import type { FactView, SectionView } from '../page/pageProtocol';
import { howText, problemBlocks, shown, useText } from './readingTexts';

/** What the account uses of JetStream and may use. */
export function accountSection(reading: Reading<AccountInfo>): SectionView {
  const { t } = vscode.l10n;
  const { value } = reading;
  return {
    id: 'account',
    title: t('JetStream of the Account'),
    how: howText('$JS.API.INFO', reading),
    blocks: [
      ...problemBlocks(reading),
      ...(value ? [{ kind: 'facts' as const, facts: accountFacts(value) }] : []),
    ],
  };
}

function accountFacts(account: AccountInfo): FactView[] {
  const { t } = vscode.l10n;
  const all = usesOf(account).map(([label, value]) => ({ label, value }));
  const tiers = account.tiers.map((tier) => ({
    label: t('Tier {0}', shown(tier.name)),
    value: usesOf(tier)
      .map(([label, value]) => `${label}: ${value}`)
      .join(' · '),
  }));
  const domain = account.domain ? [{ label: t('Domain'), value: shown(account.domain) }] : [];
  return [...all, ...tiers, ...domain];
}

function usesOf(uses: AccountUses): (readonly [label: string, value: string])[] {
  const { t } = vscode.l10n;
  const { storage, memory, streams, consumers } = uses;
  return [
    [t('File storage'), useText(storage.used, storage.limit, 'bytes')],
    [t('Memory'), useText(memory.used, memory.limit, 'bytes')],
    [t('Streams'), useText(streams.used, streams.limit, 'count')],
    [t('Consumers'), useText(consumers.used, consumers.limit, 'count')],
  ];
}
