import * as vscode from 'vscode';
import { bucketCode } from './bucketCode';
import { bucketCommand } from './bucketCommand';
import { nackManifest, terraformResource } from './bucketManifests';
import type { BucketTarget } from './bucketParts';
import { shellOf } from './shellQuote';
import type { SnippetLanguage } from './stringLiteral';

type SnippetKind = SnippetLanguage | 'command' | 'nack' | 'terraform';

interface SnippetChoice {
  readonly form: SnippetKind;
  readonly label: string;
  readonly description: string;
}

/** What a bucket can be copied as. */
export function snippetKinds(program: string): readonly SnippetChoice[] {
  const { t } = vscode.l10n;
  const shell = shellOf(program) === 'posix' ? t('quoted for POSIX') : t('quoted for PowerShell');
  return [
    { form: 'command', label: 'nats kv add', description: shell },
    { form: 'csharp', label: '.NET', description: 'C#, NATS.Net' },
    { form: 'go', label: 'Go', description: 'nats.go' },
    { form: 'python', label: 'Python', description: 'nats-py' },
    { form: 'typescript', label: 'TypeScript', description: '@nats-io/kv' },
    { form: 'nack', label: 'Kubernetes', description: t('KeyValue of NACK') },
    {
      form: 'terraform',
      label: 'Terraform',
      description: 'jetstream_kv_bucket, nats-io/jetstream',
    },
  ];
}

/** A bucket as somebody else would make it. */
export function bucketSnippet(kind: SnippetKind, target: BucketTarget, program: string): string {
  switch (kind) {
    case 'command':
      return bucketCommand(target, shellOf(program));
    case 'nack':
      return nackManifest(target);
    case 'terraform':
      return terraformResource(target);
    default:
      return bucketCode(kind, target);
  }
}
