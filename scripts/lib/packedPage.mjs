/* A picture that stands alone in its line, and one anywhere. */
const ownLine = /^!\[[^\]\n]*\]\((?!https:)[^)\n]*\)\n\n?/gm;
const picture = /!\[[^\]\n]*\]\(\s*([^)\s]*)|<img\b[^>]*\bsrc\s*=\s*["']?([^"'\s>]*)/gi;

/* What makes columns of a table equally wide, which nobody sees of a page. */
const padding = / {2,}(?=\|)|(?<=-{3})-+(?=[-\s|]*\|$)/g;

/**
 * README.md as the page of an installed extension shows it: VS Code shows pictures of public addresses only,
 * and others as broken. Without a public repository to take them from they are left out. Throws when one
 * stays that would not be seen.
 */
export function packedPage(text, { repository } = {}) {
  if (repository !== undefined) {
    // vsce makes the addresses of pictures those of the repository.
    return text;
  }
  const page = text.replace(ownLine, '');
  const unseen = unseenPictures(page);
  if (unseen.length > 0) {
    throw new Error(
      `README.md has pictures that its page in VS Code cannot show: ${unseen.join(', ')}. ` +
        'Put each on a line of its own, so that it can be left out there.',
    );
  }
  return page.replace(/^\|.*\|$/gm, (row) =>
    row.replace(padding, (part) => (part.startsWith(' ') ? ' ' : '')),
  );
}

/** The addresses of pictures in a text of Markdown that are not public. */
export function unseenPictures(text) {
  return [...text.matchAll(picture)]
    .map(([, markdown, html]) => markdown ?? html ?? '')
    .filter((address) => !address.startsWith('https://'));
}
