import { describe, expect, it } from 'vitest';
import { readLaunchArguments } from '../../scripts/vscode/launchArguments.mjs';
import { workbenchUrl } from '../../scripts/vscode/workbenchUrl.mjs';

describe('the address of the workbench', () => {
  const payloadOf = (address: string) =>
    JSON.parse(new URL(address).searchParams.get('payload') ?? '') as unknown;

  it('carries the extension and the suite as remote resources', () => {
    const address = workbenchUrl('http://127.0.0.1:99', { extensionPath: '/a b', testsPath: '/t' });
    expect(payloadOf(address)).toEqual([
      ['skipWelcome', 'true'],
      ['extensionDevelopmentPath', 'vscode-remote://127.0.0.1:99/a b'],
      ['extensionTestsPath', 'vscode-remote://127.0.0.1:99/t'],
    ]);
    expect(new URL(address).searchParams.get('ew')).toBe('true');
  });

  it('opens a folder, on Windows too', () => {
    const address = workbenchUrl('http://127.0.0.1:99', { folder: 'C:\\work here' });
    expect(new URL(address).searchParams.get('folder')).toBe('/C:/work here');
  });
});

describe('the command line of VS Code', () => {
  it('is read for what the launcher needs and passed over for the rest', () => {
    const args = ['--no-sandbox', '--user-data-dir=/u', '--extensionTestsPath=/t', '/folder'];
    expect(readLaunchArguments([...args, '--extensionDevelopmentPath=/e=1'])).toEqual({
      extensionPath: '/e=1',
      testsPath: '/t',
      userDataDir: '/u',
      folder: '/folder',
    });
  });
});
