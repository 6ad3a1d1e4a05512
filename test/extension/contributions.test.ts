import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandIds, contextKeys, settingIds, viewIds } from '../../src/extension/contributions';

interface Setting {
  readonly default: unknown;
  readonly scope?: string;
  readonly ignoreSync?: boolean;
  readonly items?: { readonly additionalProperties?: boolean; readonly properties?: object };
}

interface Manifest {
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; category: string }[];
    configuration: { properties: Record<string, Setting> };
    menus: Record<string, { command?: string; submenu?: string; when?: string; group?: string }[]>;
    submenus: { id: string; label: string }[];
    views: Record<string, { id: string }[]>;
    viewsWelcome: { view: string; contents: string; when?: string }[];
  };
}

const manifestText = readFileSync('package.json', 'utf8');
const { contributes, capabilities } = JSON.parse(manifestText) as Manifest;
const strings = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;

describe('package.json', () => {
  it('declares exactly the commands of the code', () => {
    const declared = contributes.commands.map(({ command }) => command);

    expect(declared.toSorted()).toEqual(Object.values(commandIds).toSorted());
  });

  it('takes no server, file, URL or program from the settings of a workspace that is not trusted', () => {
    const { restrictedConfigurations } = capabilities.untrustedWorkspaces;
    const { connections, localServerPath, schemas, sync, writeHeaders } = settingIds;

    expect(restrictedConfigurations).toEqual(
      expect.arrayContaining([connections, localServerPath, schemas, sync, writeHeaders]),
    );
  });

  it('has what the galleries of extensions show, within their limits', () => {
    const { categories, keywords, galleryBanner, icon } = JSON.parse(manifestText) as {
      categories: string[];
      keywords: string[];
      galleryBanner: { color: string; theme: string };
      icon: string;
    };
    expect(categories).toContain('Visualization');
    expect(keywords.length).toBeLessThanOrEqual(30);
    expect(new Set(keywords).size).toBe(keywords.length);
    expect(galleryBanner).toEqual({
      color: expect.stringMatching(/^#\w{6}$/) as unknown,
      theme: 'dark',
    });
    // The width in a PNG's first chunk: 128 at least.
    expect(readFileSync(icon).readUInt32BE(16)).toBeGreaterThanOrEqual(128);
  });

  it('declares exactly the settings, views and context keys of the code', () => {
    expect(Object.keys(contributes.configuration.properties).toSorted()).toEqual(
      Object.values(settingIds).toSorted(),
    );
    expect(contributes.views[viewIds.livePanel]?.map(({ id }) => id)).toEqual([viewIds.live]);
    expect(contributes.views[viewIds.container]?.map(({ id }) => id)).toEqual([
      viewIds.buckets,
      viewIds.history,
      viewIds.findResults,
      viewIds.asOf,
      viewIds.compare,
    ]);
    expect(contributes.viewsWelcome).toMatchObject([
      { view: viewIds.buckets, when: contextKeys.ready },
      { view: viewIds.history, when: contextKeys.ready },
    ]);
  });

  it('puts only declared commands and submenus into menus', () => {
    const known = new Set<string>(Object.values(commandIds));
    const submenus = new Set(contributes.submenus.map(({ id }) => id));
    const used = Object.values(contributes.menus).flat();

    const isKnown = ({ command = '', submenu = '' }) => known.has(command) || submenus.has(submenu);
    expect(used.filter((each) => !isKnown(each))).toEqual([]);
    expect(used.flatMap(({ submenu }) => submenu ?? []).toSorted()).toEqual(
      [...submenus].toSorted(),
    );
    expect([...submenus].filter((id) => (contributes.menus[id] ?? []).length < 2)).toEqual([]);
  });

  it('repeats each inline action in the menu of the row', () => {
    const items = contributes.menus['view/item/context'] ?? [];
    const inline = items.filter(({ group }) => group?.startsWith('inline'));
    const others = new Set(
      items.filter(({ group }) => !group?.startsWith('inline')).map(({ command }) => command),
    );

    expect(inline.map(({ command }) => command).filter((each) => !others.has(each))).toEqual([]);
  });

  it('restores from the menu of a revision, and not by an icon that comes under the pointer', () => {
    const restore = (contributes.menus['view/item/context'] ?? []).filter(
      ({ command }) => command === commandIds.historyRestore,
    );

    expect(restore.map(({ group }) => group)).toEqual(['7_modification@1']);
  });

  it('has a text for each placeholder and a use for each text', () => {
    const used = new Set([...manifestText.matchAll(/%([\w.]+)%/g)].map(([, key]) => key));

    expect([...used].toSorted()).toEqual(Object.keys(strings).toSorted());
  });

  it('keeps what belongs to one computer, and every secret, out of settings sync', () => {
    const { properties } = contributes.configuration;
    // VS Code leaves settings of machine scopes out by itself.
    const isKept = ({ scope, ignoreSync }: Setting) => ignoreSync || scope?.startsWith('machine');
    const kept = Object.keys(properties).filter((id) => properties[id] && isKept(properties[id]));
    expect(kept.toSorted()).toEqual([
      settingIds.cliCommands,
      settingIds.localServerPath,
      settingIds.localServerPort,
      settingIds.tunnelKubectl,
      settingIds.tunnelSsh,
    ]);
    const connection = properties[settingIds.connections]?.items;
    expect(connection?.additionalProperties).toBe(false);
    expect(JSON.stringify(Object.keys(connection?.properties ?? {}))).not.toMatch(
      /password|token|seed|secret|jwt/i,
    );
  });

  it('gives each setting a default', () => {
    for (const setting of Object.values(contributes.configuration.properties)) {
      expect(setting.default).toBeDefined();
    }
  });
});
