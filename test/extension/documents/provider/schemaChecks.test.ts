import { afterEach, describe, expect, it, vi } from 'vitest';
import { commands, workspace } from 'vscode';
import type { DocumentId } from '../../../../src/extension/documents/address/documentId';
import { SchemaChecks } from '../../../../src/extension/documents/provider/schemaChecks';

const id = { address: { bucket: 'B', key: 'k' }, variant: undefined } as unknown as DocumentId;
const content = new TextEncoder().encode('{"a":1}');

/** What VS Code's JSON support says, in its own words. */
function says(...found: readonly { message: string; code: unknown }[]): void {
  const range = { start: { line: 0, character: 0 } };
  vi.spyOn(commands, 'executeCommand').mockImplementation(() =>
    Promise.resolve(found.map((each) => ({ ...each, range }))),
  );
}

function checks() {
  vi.spyOn(workspace, 'getConfiguration').mockReturnValue({
    get: () => ({ 'B/*': './schema.json' }),
  } as never);
  const told: string[] = [];
  return { told, checks: new SchemaChecks((message) => told.push(message)) };
}

afterEach(() => vi.restoreAllMocks());

describe('the schemas of the settings', () => {
  it('say what they have against a value, with its line', async () => {
    const { told, checks: of } = checks();
    says(
      { message: 'Incorrect type.', code: 1 },
      { message: 'Missing property.', code: undefined },
    );
    expect(await of.problem(id, content)).toBe('line 1: Incorrect type (and 1 more)');
    expect(told).toEqual([]);
  });

  it.each([768, 769, 65_536, 65_540, { value: 65_538, target: {} }])(
    'that cannot be read (%j) are told once and have nothing against a value',
    async (code) => {
      const { told, checks: of } = checks();
      says({ message: 'Unable to load', code }, { message: 'Value expected', code: 516 });
      expect(await of.problem(id, content)).toBeUndefined();
      expect(await of.problem(id, content)).toBeUndefined();
      expect(told).toEqual([
        'The schema for B/* cannot be read, so values are saved unchecked: Unable to load',
      ]);
    },
  );

  it('are told again when they break anew', async () => {
    const { told, checks: of } = checks();
    says({ message: 'Unable to load', code: 768 });
    await of.problem(id, content);
    says();
    await of.problem(id, content);
    says({ message: 'Unable to load', code: 768 });
    await of.problem(id, content);
    expect(told).toHaveLength(2);
  });
});
