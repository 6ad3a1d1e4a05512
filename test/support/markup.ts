/** What VS Code reads as a link in messages, prompts and errors (its `linkedText.ts`). */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;

/** What VS Code reads as an icon in labels (its `iconLabels.ts`); one behind `\` is none. */
const icon = /(\\)?\$\(([A-Za-z0-9-]+(?:~[A-Za-z]+)?)\)/g;

/** The links that VS Code would show in a text. */
export function linksIn(text: string): string[] {
  return [...text.matchAll(link)].map(([all]) => all);
}

/** The icons that VS Code would show in a text. */
export function iconsIn(text: string): string[] {
  return [...text.matchAll(icon)].filter(([, escape]) => !escape).map(([, , name]) => name ?? '');
}
