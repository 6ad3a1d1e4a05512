import { createHash } from 'node:crypto';
import { exactText } from '../../values/textForm';
import { imageTypeOf } from '../../values/imageTypeOf';
import { languageOfText } from '../../values/language/languageOfText';
import { KeyTable } from '../keyTable';

/** Extensions of languages, as VS Code calls these; others get `.txt`. */
const extensions: ReadonlyMap<string, string> = new Map([
  ['json', 'json'],
  ['jsonc', 'jsonc'],
  ['jsonl', 'jsonl'],
  ['yaml', 'yaml'],
  ['xml', 'xml'],
  ['html', 'html'],
  ['css', 'css'],
  ['markdown', 'md'],
  ['toml', 'toml'],
  ['ini', 'ini'],
  ['properties', 'properties'],
  ['dotenv', 'env'],
  ['csv', 'csv'],
  ['sql', 'sql'],
  ['shellscript', 'sh'],
  ['javascript', 'js'],
  ['python', 'py'],
]);

/** What a file system of Windows does not take in a name, and what escapes. */
const unsafe = /[%<>:"/\\|?*\p{Cc}]|[ ~]$/gu;
/** Devices of Windows, with any extension too; it takes superscripts for digits there. */
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])$/i;
/** In UTF-8; file systems take 255, and an extension and a number come behind. */
const longestToken = 180;
/** In UTF-16 units; Windows takes 260 with the folder that all of it is in. */
const longestPath = 160;
/** Holds the files of keys that are too long; no key begins with a folder of that name. */
const longFolder = '~long';

/** The extension that fits a value. */
export function extensionOf(key: string, value: Uint8Array): string {
  const text = exactText(value);
  if (text === undefined) {
    const image = imageTypeOf(value);
    return image === undefined ? 'bin' : image.replace(/^image\//, '').replace(/\+.*|^x-/g, '');
  }
  return extensions.get(languageOfText(key, text)) ?? 'txt';
}

/** The path of a key's file, a folder for each token; without what a file system would not take. */
export function pathOf(key: string, extension: string): string {
  const tokens = key.split('.').map(nameOf);
  const path = tokens.join('/');
  const isLong =
    path.length > longestPath || tokens.some((token) => Buffer.byteLength(token) > longestToken);
  return `${isLong ? `${longFolder}/${digestOf(key)}` : path}.${extension}`;
}

function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

/** The key of a file of which nothing else is known, or undefined when its name stands for none. */
export function keyOfPath(path: string): string | undefined {
  const tokens = path.split('/');
  const last = tokens.pop() ?? '';
  tokens.push(last.replace(/(?<=.)\.[^.]*$/, ''));
  if (tokens[0] === longFolder || tokens.some((token) => token.startsWith('.'))) {
    return undefined;
  }
  try {
    return tokens.map((token) => decodeURIComponent(token)).join('.');
  } catch {
    return undefined;
  }
}

/** The same for names that some file system takes for one: `ß` is `ss` on a Mac. */
function folded(path: string): string {
  return path.normalize('NFC').toLowerCase().toUpperCase().normalize('NFC');
}

const [fileMark, folderMark] = [1, 2];

/**
 * Owns which paths are taken, on a file system that may not tell cases apart; changes only through `take`.
 * There `Web/a` and `web/b` would be in one folder, under one of its names, and no file and folder have the same.
 */
export class TakenPaths {
  private readonly paths = new KeyTable();

  /** The path, or one like it that is free. */
  take(path: string): string {
    const at = path.lastIndexOf('/') + 1;
    const folder = this.folderFor(path.slice(0, at).split('/').slice(0, -1));
    const name = path.slice(at);
    const dot = name.lastIndexOf('.');
    const free = numbered((number) => {
      const tried = `${folder}${name.slice(0, dot)}${number}${name.slice(dot)}`;
      return this.paths.has(folded(tried)) ? undefined : tried;
    });
    this.paths.set(folded(free), 0, fileMark);
    return free;
  }

  /** A folder that is written in one way only, with its slash; empty for none. */
  private folderFor(names: readonly string[]): string {
    return names.reduce(
      (above, name) =>
        `${numbered((number) => {
          const tried = `${above}${name}${number}`;
          return this.takeFolder(folded(tried), spelling(tried)) ? tried : undefined;
        })}/`,
      '',
    );
  }

  private takeFolder(path: string, spelled: number): boolean {
    if (!this.paths.has(path)) {
      this.paths.set(path, spelled, folderMark);
      return true;
    }
    return this.paths.marksOf(path) === folderMark && this.paths.revisionOf(path) === spelled;
  }
}

/** The first that is found with nothing, `~2`, `~3` and so on. */
function numbered(find: (number: string) => string | undefined): string {
  for (let at = 1; ; at++) {
    const found = find(at === 1 ? '' : `~${at}`);
    if (found !== undefined) {
      return found;
    }
  }
}

/** A number that two spellings of a name hardly ever have in common. */
function spelling(path: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < path.length; at++) {
    hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

function nameOf(token: string): string {
  const name = token.replace(unsafe, escaped);
  return reserved.test(name) ? `${escaped(name.charAt(0))}${name.slice(1)}` : name;
}

function escaped(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}
