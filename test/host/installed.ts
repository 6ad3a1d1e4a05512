import assert from 'node:assert/strict';
import Module from 'node:module';
import { join } from 'node:path';
import { extensions } from 'vscode';

type Load = (request: string, parent: { filename: string } | undefined, isMain: boolean) => unknown;

/**
 * Called by VS Code in its extension host in the place of `index.run` where the extension is installed. VS Code gives
 * every extension an API object of its own; tests that note what is called in it need that of the extension.
 */
export async function run(): Promise<void> {
  const loader = Module as unknown as { _load: Load };
  const { _load: load } = loader;
  const extension = extensions.getExtension('nats-kv.nats-kv-explorer');
  assert.ok(extension, 'the extension is installed');
  assert.ok(!__dirname.startsWith(extension.extensionPath), 'it is not that of the repository');
  const { main } = extension.packageJSON as { main: string };
  const parent = { filename: join(extension.extensionPath, main) };
  loader._load = (request, ...rest) =>
    request === 'vscode' ? load(request, parent, false) : load(request, ...rest);
  const tests = await import('./index');
  await tests.run();
}
