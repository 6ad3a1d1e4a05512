import * as vscode from 'vscode';
import { isLive } from '../../../kv/model/entry';
import type { KeyNode } from '../../../views/buckets/rows/nodes';
import { keyUri } from '../../documents/address/keyUri';
import { textOf } from '../../../kv/values/textForm';
import { codeSnippet } from '../../snippets/codeSnippet';
import { natsCommand, type NatsCommandKind } from '../../snippets/natsCommand';
import { shellOf } from '../../snippets/shellQuote';
import { isClientKey, type SnippetTarget } from '../../snippets/snippetTarget';
import type { SnippetLanguage } from '../../snippets/stringLiteral';
import { plainWindow } from '../../../views/shown/plainWindow';

export async function copyNames(keys: readonly KeyNode[]): Promise<void> {
  await copyLines(keys.map(({ key }) => key));
}

export async function copyUris(keys: readonly KeyNode[]): Promise<void> {
  const uris = keys.map(({ session, bucket, key }) =>
    keyUri({ connectionId: session.id, bucket, key }),
  );
  await copyLines(uris.map(String));
}

/** Copies the values as they are stored; binary ones in base64. */
export async function copyValues(keys: readonly KeyNode[]): Promise<void> {
  const values: string[] = [];
  for (const { session, bucket, key } of keys) {
    const connection = await session.connect();
    const entry = await connection.get(bucket, key, { consistent: true });
    if (!entry || !isLive(entry)) {
      throw new Error(vscode.l10n.t('{0} has no value any more', key));
    }
    const bytes = Buffer.from(entry.value);
    const isText = textOf(entry.value) !== undefined;
    values.push(bytes.toString(isText ? 'utf8' : 'base64'));
    if (!isText) {
      const message = vscode.l10n.t('{0} is binary: copied as base64.', key);
      void plainWindow.setStatusBarMessage(message, 5_000);
    }
  }
  await copyLines(values);
}

/** Asks which command of the `nats` CLI, and copies it. */
export async function copyCommand(node: KeyNode): Promise<void> {
  const shell = shellOf(vscode.env.shell);
  const target = targetOf(node);
  const items = commandKinds().flatMap(({ kind, label }) => {
    const command = natsCommand(kind, target, shell);
    return command === undefined ? [] : [{ label, detail: command }];
  });
  const picked = await plainWindow.showQuickPick(items, {
    title: vscode.l10n.t('Copy as nats Command'),
    placeHolder: isClientKey(node.key)
      ? vscode.l10n.t('Quoted for {0}', shell === 'posix' ? 'POSIX' : 'PowerShell')
      : vscode.l10n.t('nats kv refuses this key; its stream can be read'),
  });
  if (picked) {
    await copyLines([picked.detail]);
  }
}

/** Asks for the language, and copies a program that reads and updates the key. */
export async function copyCode(node: KeyNode): Promise<void> {
  if (!isClientKey(node.key)) {
    throw new Error(
      vscode.l10n.t(
        '{0} cannot stand in code: the official clients take only letters, digits and - / _ = . in keys',
        node.key,
      ),
    );
  }
  const picked = await plainWindow.showQuickPick(languages(), {
    title: vscode.l10n.t('Copy as Code'),
    placeHolder: vscode.l10n.t('A program that reads the key and updates it by compare-and-swap'),
  });
  if (picked) {
    await vscode.env.clipboard.writeText(codeSnippet(picked.language, targetOf(node)));
  }
}

function targetOf({ session, bucket, key }: KeyNode): SnippetTarget {
  const revision = session.knownIndex(bucket)?.get(key)?.revision;
  return { config: session.config, bucket, key, revision };
}

function commandKinds(): { kind: NatsCommandKind; label: string }[] {
  return [
    { kind: 'get', label: vscode.l10n.t('Get') },
    { kind: 'update', label: vscode.l10n.t('Update') },
    { kind: 'history', label: vscode.l10n.t('History') },
    { kind: 'watch', label: vscode.l10n.t('Watch') },
  ];
}

function languages(): (vscode.QuickPickItem & { readonly language: SnippetLanguage })[] {
  return [
    { label: '.NET', description: 'C#, NATS.Net', language: 'csharp' },
    { label: 'Go', description: 'nats.go', language: 'go' },
    { label: 'Python', description: 'nats-py', language: 'python' },
    { label: 'TypeScript', description: '@nats-io/kv', language: 'typescript' },
  ];
}

async function copyLines(lines: readonly string[]): Promise<void> {
  await vscode.env.clipboard.writeText(lines.join('\n'));
}
