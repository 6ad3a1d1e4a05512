/** A new file that is written from its start to its end. */
export interface FileSink {
  /** Resolves when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface FileFacts {
  readonly isFolder: boolean;
  /** In bytes. */
  readonly size: number;
  /** In milliseconds since the epoch. */
  readonly modified: number;
}

/** In bytes. */
export interface FilePart {
  readonly start: number;
  readonly length: number;
}

/**
 * The files below a folder, by paths with `/`. Everything rejects with the error of whoever has the
 * files; only what is absent is told otherwise.
 */
export interface FileStore {
  /** Undefined when there is none. */
  stat(path: string): Promise<FileFacts | undefined>;
  /** Makes a file, with the folders above it. */
  create(path: string): Promise<FileSink>;
  /** Writes a whole file, with the folders above it. Rejects with the code `ELOOP` where a link is in its place. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** A file in pieces. */
  read(path: string): AsyncIterable<Uint8Array>;
  /** A whole file. */
  readWhole(path: string): Promise<Uint8Array>;
  /** Parts of a file, in their order; shorter where the file ends before. */
  readParts(path: string, parts: readonly FilePart[]): Promise<Uint8Array[]>;
  /** What reads files below a folder; for a few at once, since it may remember where folders are. */
  inside(folder: string): FolderFiles;
  /** Whether a path below a folder, which is there, leads to what is in it, and by no link to somewhere else. */
  isInside(folder: string, path: string): Promise<boolean>;
  /**
   * The files below a folder, relative to it, in no particular order. Links are not followed and are no
   * files; `onLink` is told of each.
   */
  list(path: string, onLink?: (path: string) => void): AsyncIterable<string>;
  /** What is right in a folder, files and folders; nothing when it is not there. */
  names(folder: string): Promise<readonly string[]>;
  /** Replaces a file of that name. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a folder with all that is in it, if there is one. */
  remove(path: string): Promise<void>;
}

/** Reads files below a folder, by paths relative to it, and nothing that a link leads out of it to. */
export interface FolderFiles {
  /** A whole file; undefined when it is gone, `outside` when a link on its path leads out. */
  read(path: string): Promise<Uint8Array | 'outside' | undefined>;
}

const chunkBytes = 256 * 1024;

/** Owns a text that is written to a file in large pieces; changes only through its methods. */
export class TextSink {
  private parts: string[] = [];
  private length = 0;
  private isClosed = false;

  constructor(private readonly sink: FileSink) {}

  add(text: string): void {
    this.parts.push(text);
    this.length += text.length;
  }

  /** Writes what has gathered, once it is enough; to be called between batches. */
  async rest(): Promise<void> {
    if (this.length >= chunkBytes) {
      await this.flush();
    }
  }

  async end(): Promise<void> {
    await this.flush();
    await this.abandon();
  }

  /** Closes the file as it is; nothing when it is closed already. */
  async abandon(): Promise<void> {
    if (!this.isClosed) {
      this.isClosed = true;
      await this.sink.close();
    }
  }

  private async flush(): Promise<void> {
    const text = this.parts.join('');
    this.parts = [];
    this.length = 0;
    await this.sink.write(Buffer.from(text));
  }
}
