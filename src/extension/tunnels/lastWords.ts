/** What a program said of itself is no more than this long, in characters. */
const longest = 300;
const mostLines = 3;

/** What ssh says with `-v` when nothing is wrong. */
const chatter =
  /^(debug\d: |OpenSSH_|Authenticated to |Authenticating to |Transferred: |Bytes per second: |\*\*|Forwarding from |Handling connection )/;

/** The last lines that a program printed, without what may be secret, on one line. */
export class LastWords {
  private lines: readonly string[] = [];

  get text(): string {
    const text = this.lines.join('; ');
    return text.length > longest ? `…${text.slice(-longest)}` : text;
  }

  add(line: string): void {
    const plain = redacted(plainLine(line));
    if (plain !== '' && !chatter.test(plain)) {
      this.lines = [...this.lines.filter((each) => each !== plain), plain].slice(-mostLines);
    }
  }

  forget(): void {
    this.lines = [];
  }
}

/** Without control characters, the stamp of klog and a period at its end. */
function plainLine(line: string): string {
  return line
    .slice(0, 4 * longest)
    .replace(/\p{C}+/gu, ' ')
    .replace(/^[IWEF]\d{4} [\d:.]+ +\d+ [\w.]+:\d+\] /, '')
    .trim()
    .replace(/\.$/, '');
}

/** Users in URLs, tokens and passwords, which plug-ins of kubectl may print. */
function redacted(text: string): string {
  return text
    .replace(/(\w:\/\/)[^\s/@]+@/g, '$1…@')
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 …')
    .replace(
      /\b((?:\w*[_-])?(?:token|password|passwd|secret|key))(["']?\s*[=:]\s*)["']?[^\s"',;]+/gi,
      '$1$2…',
    )
    .replace(/\beyJ[\w-]{8,}(\.[\w-]+)*/g, '…');
}
