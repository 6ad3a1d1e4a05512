import { isKvError } from '../../kv/model/errors';

/** Something that happened, in words that are ours alone: no name, key, host, value or message. */
export interface Happening {
  /** When it happened last, in milliseconds since the epoch. */
  readonly at: number;
  readonly what: string;
  /** When it happened first, and how often since. */
  readonly first: number;
  readonly times: number;
}

const most = 100;
const mostFrames = 6;

/**
 * Owns what happened last, for whoever asks for support; changes only through its methods. Messages and
 * names are for the log of the user: here is what can be given away, and nothing that was typed or received.
 */
export class Journal {
  private readonly happenings: Happening[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  get all(): readonly Happening[] {
    return this.happenings;
  }

  /**
   * `what`: made of words of ours only. What happens again is told once, with how often: a server that is
   * away for hours leaves what was before in its place.
   */
  note(what: string): void {
    const at = this.now();
    const before = this.happenings.findIndex((each) => each.what === what);
    const [known] = before < 0 ? [] : this.happenings.splice(before, 1);
    this.happenings.push({ at, what, first: known?.first ?? at, times: (known?.times ?? 0) + 1 });
    if (this.happenings.length > most) {
      this.happenings.shift();
    }
  }

  /** Notes an error by its kinds, codes and places in the sources. */
  noteError(error: unknown): void {
    this.note(`error ${errorFacts(error).join(', caused by ')}${placesOf(error)}`);
  }
}

/** The log, with its errors noted too. */
export function noting<T extends { error(...args: never[]): void }>(log: T, journal: Journal): T {
  return new Proxy(log, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') {
        return value;
      }
      return (...args: unknown[]): unknown => {
        if (name === 'error') {
          journal.noteError(args.find((each) => each instanceof Error));
        }
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
}

/** Kinds and codes, from the outermost error to what caused it. */
function errorFacts(error: unknown): string[] {
  const facts: string[] = [];
  for (let each = error; each instanceof Error && facts.length < 5; each = each.cause) {
    facts.push([isKvError(each) ? each.kind : nameOf(each), codeOf(each)].join(' ').trim());
  }
  return facts.length > 0 ? facts : ['told in words'];
}

/** Names of errors of JavaScript and of Node; any other may be anybody's text. */
const known =
  /^(Error|TypeError|RangeError|ReferenceError|SyntaxError|AggregateError|AbortError|NatsError|FileSystemError|Canceled)$/;

function nameOf({ name }: Error): string {
  return known.test(name) ? name : 'Error';
}

function codeOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  const isCode = typeof code === 'number' || (typeof code === 'string' && codes.test(code));
  return isCode ? String(code) : '';
}

/** Codes of Node's system calls, of its TLS, and of the client. */
const codes =
  /^(E(ACCES|ADDRINUSE|CONNREFUSED|CONNRESET|EXIST|HOSTUNREACH|INVAL|ISDIR|MFILE|NETUNREACH|NOENT|NOSPC|NOTDIR|NOTFOUND|AI_AGAIN|PERM|PIPE|TIMEDOUT)|ERR_[A-Z]{2,12}(_[A-Z]{2,14}){0,5}|CERT_HAS_EXPIRED|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]{5,40}|AUTHORIZATION_VIOLATION|PERMISSIONS_VIOLATION|CONNECTION_CLOSED|CONNECTION_REFUSED|TIMEOUT|BAD_[A-Z]{3,10})$/;

/** Where in the bundles: file names without folders, which hold the names of users. */
function placesOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const places = [...stack.matchAll(bundles)]
    .slice(0, mostFrames)
    .map(([, file, line, column]) => `${file}:${line}:${column}`);
  return places.length > 0 ? ` at ${places.join(' < ')}` : '';
}

/** A frame in what the build makes (esbuild.mjs): the entry, or a part that is loaded when it is used. */
const bundles =
  /^\s+at .*?[\\/]dist[\\/](?:(?=extension\.js:)|lazy[\\/])([\w-]+\.js):(\d+):(\d+)\)?$/gm;
