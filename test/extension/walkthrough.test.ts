import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandIds, contextKeys, viewIds } from '../../src/extension/contributions';

interface Step {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: { walkthroughs: { title: string; description: string; steps: Step[] }[] };
};
const strings = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const commands = new Set<string>([...Object.values(commandIds), `${viewIds.buckets}.focus`]);
const contexts = new Set<string>([...Object.values(contextKeys)]);
const [walkthrough] = contributes.walkthroughs;
const steps = walkthrough?.steps ?? [];

function textOf(placeholder: string): string {
  return strings[placeholder.replaceAll('%', '')] ?? '';
}

describe('the walkthrough', () => {
  it('leads from a server to a change that is watched', () => {
    expect(contributes.walkthroughs).toHaveLength(1);
    expect(steps.map(({ id }) => id)).toEqual(['connect', 'browse', 'save', 'conflict', 'live']);
  });

  it.each(steps)('$id is done by something that there is', ({ completionEvents }) => {
    expect(completionEvents.length).toBeGreaterThan(0);
    for (const event of completionEvents) {
      const [, kind = '', name = ''] = /^(on\w+):(.+)$/.exec(event) ?? [];
      const known = { onCommand: commands, onContext: contexts }[kind];
      expect(known?.has(name), event).toBe(true);
    }
  });

  it.each(steps)('$id has its texts where they are translated', ({ title, description, media }) => {
    for (const each of [title, description, media.altText]) {
      expect(each).toMatch(/^%.+%$/);
      expect(textOf(each)).not.toBe('');
    }
  });

  it.each(steps)('$id has buttons for commands that there are', ({ description }) => {
    const linked = [...textOf(description).matchAll(/\]\(command:([\w.]+)\)/g)];
    expect(linked.length).toBeGreaterThan(0);
    expect(linked.map(([, id = '']) => id).filter((id) => !commands.has(id))).toEqual([]);
  });

  it.each(steps)(
    '$id has a picture of words that need no translation, in the colors of the theme',
    ({ media }) => {
      const svg = readFileSync(media.svg, 'utf8');
      const colors = [...svg.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, color = '']) => color);

      expect(colors.length).toBeGreaterThan(10);
      expect(colors.filter((color) => !/^(none|transparent|var\(--vscode-)/.test(color))).toEqual(
        [],
      );
      // VS Code lets no style of a picture's own through, only attributes.
      expect(svg).not.toMatch(/<style|style=|<script|<image|https?:\/\/(?!www\.w3\.org)/);
    },
  );
});
