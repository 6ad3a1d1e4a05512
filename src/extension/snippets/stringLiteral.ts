/** Languages that snippets are written in. */
export type SnippetLanguage = 'csharp' | 'go' | 'python' | 'typescript';

/** Characters that an editor does not show or a compiler does not take: written as escapes. */
const hidden = /[\p{C}\p{Z}]/gu;

/**
 * A text between double quotes, as the language reads it. The escapes of JSON mean the same in all
 * of them; only what is beyond 16 bits is written differently.
 */
export function stringLiteral(text: string, language: SnippetLanguage): string {
  return JSON.stringify(text).replace(hidden, (character) =>
    character === ' ' ? character : escaped(character.codePointAt(0) ?? 0, language),
  );
}

function escaped(code: number, language: SnippetLanguage): string {
  const hex = code.toString(16);
  if (code <= 0xffff) {
    return `\\u${hex.padStart(4, '0')}`;
  }
  return language === 'typescript' ? `\\u{${hex}}` : `\\U${hex.padStart(8, '0')}`;
}
