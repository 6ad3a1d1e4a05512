import { t } from '../../base/l10n';
import { naturalOrder } from '../../base/naturalOrder';
import { sizeText } from '../../base/size';
import { isLive, type Entry } from '../../model/entry';
import { KvError } from '../../model/errors';
import { ownHeaders } from '../../model/headers';
import type { ExportNotes, ExportWriter } from '../exportWriter';
import { type FileStore, TextSink } from '../files';
import { peopleValue } from './jsonText';
import { Notes, type PeopleForm, type Readable, rowsOf } from './peopleText';

/** Bytes of values; what people read is no larger, and all of it is sorted in memory. */
const mostBytes = 128 * 1024 * 1024;

/** Owns the last value of each key until all are there; changes only through `write`. */
export class PeopleWriter implements ExportWriter {
  private readonly values = new Map<string, Uint8Array>();
  private readonly bare = new Set<string>();
  private bytes = 0;
  private text: TextSink | undefined;

  constructor(
    private readonly files: FileStore,
    private readonly path: string,
    private readonly form: PeopleForm,
  ) {}

  write(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) {
      this.take(entry);
    }
    if (this.bytes > mostBytes) {
      const most = sizeText(mostBytes);
      const message = t(
        'the values have more than {0}, which is too much for this form; take NDJSON',
        most,
      );
      return Promise.reject(new KvError('tooLarge', message));
    }
    return Promise.resolve();
  }

  async end(): Promise<ExportNotes> {
    const text = (this.text = new TextSink(await this.files.create(this.path)));
    const notes = new Notes();
    this.bare.forEach((key) => notes.bare.add(key));
    const keys = [...this.values.keys()].sort(naturalOrder());
    const rows = rowsOf(this.form, keys, (key) => this.readable(key, notes), notes);
    for (const row of rows) {
      text.add(row);
      await text.rest();
    }
    await text.end();
    return notes.told();
  }

  async abandon(): Promise<void> {
    await this.text?.abandon();
  }

  private take(entry: Entry): void {
    const { key, value, ttl } = entry;
    this.bytes -= this.values.get(key)?.length ?? 0;
    this.values.delete(key);
    this.bare.delete(key);
    if (isLive(entry)) {
      this.values.set(key, value);
      this.bytes += value.length;
      if (ttl !== undefined || ownHeaders(entry).length > 0) {
        this.bare.add(key);
      }
    }
  }

  private readable(key: string, notes: Notes): ReturnType<Readable> {
    const value = peopleValue(this.values.get(key) ?? new Uint8Array());
    if (value.kind === 'binary') {
      notes.binary.add(key);
      return undefined;
    }
    return value;
  }
}
