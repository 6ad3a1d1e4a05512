import { describe, expect, it } from 'vitest';
import { unseenPictures } from '../../scripts/lib/packedPage.mjs';
import { listZip, readZip } from './listZip';
import { vsix } from './vsix';

/** What an installed extension is made of. Anything else in the package is a mistake. */
const allowed = [
  /^extension\/(package(\.nls(\.[\w-]+)?)?\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^extension\/dist\/(lazy\/)?[\w-]+\.(js|css)$/,
  /^extension\/dist\/natsKvApi\.d\.ts$/,
  /^extension\/dist\/THIRD-PARTY-NOTICES\.txt$/,
  /^extension\/l10n\/[\w.-]+\.json$/,
  /^extension\/media\/[\w-]+\.(svg|png)$/,
  /^extension\/skills\/[\w-]+\/SKILL\.md$/,
  /^(extension\.vsixmanifest|\[Content_Types\]\.xml)$/,
];

describe('the packaged extension', () => {
  it('holds what runs and nothing else', async () => {
    const files = await listZip(vsix());
    expect(files.filter((name) => !allowed.some((pattern) => pattern.test(name)))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining([
        'extension/package.json',
        'extension/package.nls.json',
        'extension/package.nls.de.json',
        'extension/package.nls.zh-cn.json',
        'extension/l10n/bundle.l10n.de.json',
        'extension/l10n/bundle.l10n.zh-cn.json',
        'extension/dist/THIRD-PARTY-NOTICES.txt',
        'extension/dist/extension.js',
        'extension/dist/natsKvApi.d.ts',
        'extension/LICENSE.txt',
        'extension/readme.md',
        'extension/skills/nats-kv/SKILL.md',
      ]),
    );
  });

  it('has a page whose pictures can all be seen', async () => {
    const readme = await readZip(vsix(), 'extension/readme.md');
    expect(readme).toContain('## Quick start');
    expect(unseenPictures(readme)).toEqual([]);
  });
});
