/** The shells that commands are quoted for. */
export type Shell = 'posix' | 'powershell';

/**
 * What means nothing to a shell, at no place of a word. PowerShell cuts what starts with a hyphen at
 * the first dot.
 */
const plain: Readonly<Record<Shell, RegExp>> = {
  posix: /^[\w./:-][\w./:=-]*$/,
  powershell: /^(--?[\w-]+|[A-Za-z0-9_/][\w./:=-]*)$/,
};

/** One argument, as a shell has to be given it to hand it on unchanged. */
export function shellQuote(argument: string, shell: Shell): string {
  if (plain[shell].test(argument)) {
    return argument;
  }
  return shell === 'posix' ? posixQuoted(argument) : powerShellQuoted(argument);
}

/** The kind of a shell by the path of its program; those of Windows are taken for PowerShell. */
export function shellOf(program: string): Shell {
  return /(pwsh|powershell|cmd)(\.exe)?$/i.test(program) ? 'powershell' : 'posix';
}

function posixQuoted(argument: string): string {
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** PowerShell takes typographic quotes for plain ones too. */
function powerShellQuoted(argument: string): string {
  return `'${argument.replace(/['‘’‚‛]/g, '$&$&')}'`;
}
