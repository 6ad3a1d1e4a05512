import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../kv/base/event';
import { placeOf } from '../../views/buckets/rows/productionMark';
import { bucketFactsText } from '../../views/config/bucketFactsText';
import { lensTitle } from '../../views/status/lensTexts';
import { iconText } from '../../views/shown/plainText';
import { bucketConfigScheme, commandIds } from '../contributions';
import type { BucketDocuments } from './bucketDocuments';
import { bucketAddress, isServerUri, type BucketAddress } from './bucketUri';
import type { OpenBucket } from './openBucket';

interface Line {
  readonly text: string;
  readonly command?: string;
}

/** Says above a bucket's document what is in the bucket, what became of it, and what can be done. */
export class BucketLenses implements vscode.CodeLensProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());

  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly documents: BucketDocuments) {
    const selector = { scheme: bucketConfigScheme };
    this.store.add(vscode.languages.registerCodeLensProvider(selector, this));
    this.store.add(documents.onDidChange(() => this.changed.fire()));
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const address = isServerUri(uri) ? undefined : bucketAddress(uri);
    const open = address && this.documents.find(address);
    const top = new vscode.Range(0, 0, 0, 0);
    return address && open
      ? this.lines(address, open).map(
          ({ text, command = '' }) =>
            new vscode.CodeLens(top, { title: lensTitle(text), command, arguments: [uri] }),
        )
      : [];
  }

  dispose(): void {
    this.store.dispose();
  }

  private lines(address: BucketAddress, open: OpenBucket): Line[] {
    const { t } = vscode.l10n;
    const place = placeOf(this.documents.session(address).config);
    if (open.isNew) {
      const text = t('new on {0}, not stored yet. Save creates it', place);
      return [{ text: iconText('add', text), command: 'workbench.action.files.save' }];
    }
    const facts = open.latest ?? open.base;
    return [
      ...conflictLines(place, open),
      { text: t('Show What Would Change'), command: commandIds.bucketConfigPlan },
      { text: t('Create Bucket from This…'), command: commandIds.bucketCreateFrom },
      { text: t('Copy As…'), command: commandIds.bucketCopyAs },
      // The longest last: what is beyond the edge is not seen.
      ...(facts ? [{ text: iconText('database', bucketFactsText(place, facts, Date.now())) }] : []),
    ];
  }
}

function conflictLines(place: string, { side }: OpenBucket): Line[] {
  const { t } = vscode.l10n;
  const actions = [
    { text: t('Compare'), command: commandIds.bucketConfigCompare },
    { text: t('Merge'), command: commandIds.bucketConfigMerge },
    { text: t("Take Server's"), command: commandIds.bucketConfigTakeServers },
  ];
  const warn = (text: string): Line => ({ text: iconText('warning', text) });
  switch (side.kind) {
    case 'same':
      return [];
    case 'changed':
      return [warn(t('changed on {0}: {1}', place, side.fields.join(', '))), ...actions];
    case 'remade':
      return [warn(t('deleted and made again on {0}: another bucket now', place)), ...actions];
    case 'gone':
      return [warn(t('deleted on {0}', place))];
    case 'unknown':
      return [warn(t('not known what this text was made of')), ...actions];
  }
}
