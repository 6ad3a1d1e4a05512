import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRedactRules } from '../../../src/kv/agents/redactRules';
import { toolDefinitions } from '../../../src/kv/agents/toolDefinitions';

interface DeclaredTool {
  readonly name: string;
  readonly toolReferenceName: string;
  readonly modelDescription: string;
  readonly inputSchema: unknown;
  readonly when: string;
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: {
    languageModelTools: DeclaredTool[];
    chatSkills: { path: string }[];
    configuration: { properties: Record<string, { scope: string; default: unknown }> };
  };
};
const { languageModelTools: tools, chatSkills, configuration } = contributes;

describe('the tools of package.json', () => {
  it('are those of the code, with their schemas', () => {
    expect(
      tools.map(({ name, modelDescription, inputSchema }) => ({
        name: name.replace('natsKv_', ''),
        description: modelDescription,
        inputSchema,
      })),
    ).toEqual(
      toolDefinitions.map(({ name, description, inputSchema }) => ({
        ...{ name, description, inputSchema },
      })),
    );
  });

  it('are there in trusted workspaces alone, and those that write where the settings allow it', () => {
    const writes = new Set(toolDefinitions.flatMap((each) => (each.writes ? [each.name] : [])));
    for (const { name, when, toolReferenceName } of tools) {
      expect(when).toContain(
        'config.natsKv.agents.enabled && (isWorkspaceTrusted || !isWorkspaceTrustEnabled)',
      );
      const isWrite = [...writes].some((each) => name === `natsKv_${each}`);
      expect(when.includes('allowWrites')).toBe(isWrite);
      expect(toolReferenceName).toMatch(/^natsKv[A-Z]\w+$/);
    }
  });
});

describe('the skills of package.json', () => {
  it('are files that are packed, named like their folders, and name tools that there are', () => {
    expect(chatSkills.length).toBeGreaterThan(0);
    const names = new Set<string>(toolDefinitions.map(({ name }) => name));
    for (const { path } of chatSkills) {
      // What test/package finds in the package.
      const [, folder] = /^\.\/skills\/([\w-]+)\/SKILL\.md$/.exec(path) ?? [];
      const text = readFileSync(path, 'utf8');
      expect(text).toMatch(new RegExp(`^---\nname: ${folder}\ndescription: \\S`));
      const named = [...text.matchAll(/`([a-z]+[A-Z]\w+)`/g)].map(([, name = '']) => name);
      expect(named.length).toBeGreaterThan(5);
      expect(named.filter((name) => !names.has(name))).toEqual([]);
    }
  });
});

describe('the settings of agents', () => {
  it('are those of the user: no workspace can loosen them', () => {
    const settings = Object.entries(configuration.properties).filter(([id]) =>
      id.startsWith('natsKv.agents.'),
    );
    expect(settings.length).toBeGreaterThan(3);
    expect(settings.map(([, { scope }]) => scope)).toEqual(settings.map(() => 'application'));
  });

  it('redact by default what can be read, and allow no write', () => {
    const { properties } = configuration;
    const rules = parseRedactRules(properties['natsKv.agents.redact']?.default);
    expect(rules).toMatchObject({ isActive: true });
    expect(properties['natsKv.agents.allowWrites']?.default).toEqual([]);
  });
});
