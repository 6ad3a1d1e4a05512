import { readFileSync } from 'node:fs';
import { commandsReference } from './commandsReference.mjs';
import { mapOfRooms } from './rooms.mjs';
import { settingsReference } from './settingsReference.mjs';

/** A file of the repository's root as JSON. */
export function json(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/**
 * What is written into documents, by file and by the name of the part.
 * @returns {Record<string, Record<string, string>>}
 */
export function documents() {
  const [manifest, strings] = [json('package.json'), json('package.nls.json')];
  return {
    'README.md': {
      settings: settingsReference(manifest, strings),
      commands: commandsReference(manifest, strings),
    },
    'CONTRIBUTING.md': { rooms: mapOfRooms() },
  };
}
