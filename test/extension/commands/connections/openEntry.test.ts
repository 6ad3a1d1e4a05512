import { describe, expect, it } from 'vitest';
import { rangeOfEntry } from '../../../../src/extension/commands/connections/openEntry';

const settings = `{
  // Servers of the team
  "natsKv.connections": [
    { "name": "a" },
    { "name": "b", "url": "nats://me:pw@b" }, // no
  ],
}`;

function selected(text: string, index: number | undefined): string | undefined {
  const range = rangeOfEntry(text, index);
  return range && text.slice(...range);
}

describe('rangeOfEntry', () => {
  it('finds an entry, among comments and trailing commas', () => {
    expect(selected(settings, 1)).toBe('{ "name": "b", "url": "nats://me:pw@b" }');
  });

  it('finds it in a workspace file', () => {
    expect(selected(`{ "folders": [], "settings": ${settings} }`, 0)).toBe('{ "name": "a" }');
  });

  it('finds the whole value where it is no list', () => {
    expect(selected('{ "natsKv.connections": "nats://a" }', undefined)).toBe('"nats://a"');
  });

  it.each(['', '{}', '[]', 'nonsense'])('finds none in %j', (text) => {
    expect(selected(text, 0)).toBeUndefined();
  });
});
