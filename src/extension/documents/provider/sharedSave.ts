import * as vscode from 'vscode';
import type { WriteOutcome } from '../../../kv/model/entry';
import { KvError, toKvError } from '../../../kv/model/errors';
import type { BatchResult } from '../../../kv/operations/writeBatch';
import type { DocumentId } from '../address/documentId';
import type { SharedPut } from '../model/putTogether';

/** How a document's part in a round ended without a write. `nothing`: the server has its value already. */
export type PartEnd = 'nothing' | 'conflict' | 'failed';

export interface SharedSaveParts {
  readonly write: (puts: readonly SharedPut[]) => Promise<BatchResult>;
  /** Whether the server's version is in the way of a document (by URI), so that VS Code hands over nothing. */
  readonly isInTheWay: (uri: string) => boolean;
  /** Told once, when all are written. */
  readonly saved: (first: number, last: number) => void;
  /** Runs later, once whatever was not handed over by then will not come; gives what keeps it from running. */
  readonly whenLate: (run: () => void) => () => void;
}

/** `due`: not handed over yet. `here`: on its way to be written. `waiting`: only the others are missing. */
type Part =
  | { readonly kind: 'due' | 'here' | 'left' }
  | {
      readonly kind: 'waiting';
      readonly put: SharedPut;
      readonly resolve: (outcome: WriteOutcome) => void;
      readonly reject: (error: Error) => void;
    };

const namedKeys = 3;

/**
 * Owns one change of several keys that editors save: what each of them hands over, until all of it is
 * written in one batch, or nothing. Changes only through its methods. A document that cannot be written
 * keeps the others from being written, and all of them are told.
 */
export class SharedSave {
  private readonly parts = new Map<string, { readonly id: DocumentId; part: Part }>();
  private ended: Error | 'writing' | undefined;
  private readonly stopWaiting: () => void;

  constructor(
    ids: readonly DocumentId[],
    private readonly needs: SharedSaveParts,
  ) {
    ids.forEach((id) => this.parts.set(id.uri, { id, part: { kind: 'due' } }));
    this.stopWaiting = needs.whenLate(() => this.late());
  }

  /** Says that VS Code has handed over a document's text. */
  arrived(uri: string): void {
    this.become(uri, { kind: 'here' });
    this.look();
  }

  /** What became of a document's write, once all are there. Throws where nothing was written. */
  put(uri: string, put: SharedPut): Promise<WriteOutcome> {
    return new Promise((resolve, reject) => {
      if (this.ended) {
        reject(this.ended === 'writing' ? tooLate() : this.ended);
        return;
      }
      this.become(uri, { kind: 'waiting', put, resolve, reject });
      this.look();
    });
  }

  /** Says that a document will hand over nothing to be written, or no more. */
  left(uri: string, end: PartEnd): void {
    const found = this.parts.get(uri);
    if (!found || this.ended || found.part.kind === 'left') {
      return;
    }
    this.become(uri, { kind: 'left' });
    const { key } = found.id.address;
    if (end === 'conflict') {
      this.fail(changed([key]));
    } else if (end === 'failed') {
      this.fail(vscode.l10n.t('{0} could not be saved', key));
    } else {
      this.look();
    }
  }

  private become(uri: string, part: Part): void {
    const found = this.parts.get(uri);
    if (found) {
      found.part = part;
    }
  }

  private get all() {
    return [...this.parts.values()];
  }

  private look(): void {
    if (this.ended) {
      return;
    }
    const due = this.all.filter(({ part }) => part.kind === 'due');
    const inTheWay = due.filter(({ id }) => this.needs.isInTheWay(id.uri));
    if (inTheWay.length > 0) {
      this.fail(changed(inTheWay.map(({ id }) => id.address.key)));
    } else if (this.all.every(({ part }) => part.kind === 'waiting' || part.kind === 'left')) {
      this.write();
    }
  }

  /** A text that VS Code does not hand over, since its save was given up, must not keep the others. */
  private late(): void {
    const missing = this.all.find(({ part }) => part.kind === 'due');
    if (missing && !this.ended) {
      const { key } = missing.id.address;
      this.fail(vscode.l10n.t('the editor of {0} did not hand over its text', key));
    }
  }

  /** Ends with nothing written. `why`: a clause. */
  private fail(why: string): void {
    this.end(notWritten(why));
  }

  private end(error: KvError): void {
    this.ended = error;
    this.stopWaiting();
    this.all.forEach(({ part }) => part.kind === 'waiting' && part.reject(error));
  }

  private write(): void {
    const waiting = this.all.flatMap(({ part }) => (part.kind === 'waiting' ? [part] : []));
    this.ended = 'writing';
    this.stopWaiting();
    if (waiting.length === 0) {
      return;
    }
    this.needs.write(waiting.map(({ put }) => put)).then(
      (result) => this.tell(waiting, result),
      (error: unknown) => waiting.forEach(({ reject }) => reject(toKvError(error))),
    );
  }

  private tell(waiting: readonly Extract<Part, { kind: 'waiting' }>[], result: BatchResult): void {
    switch (result.kind) {
      case 'saved':
        waiting.forEach(({ resolve }, at) =>
          resolve({ kind: 'saved', revision: result.first + at }),
        );
        this.needs.saved(result.first, result.last);
        break;
      case 'conflict': {
        const revisions = new Map(result.keys.map(({ key, revision }) => [key, revision]));
        const error = notWritten(changed([...revisions.keys()]));
        waiting.forEach(({ put, resolve, reject }) => {
          const revision = revisions.get(put.change.key);
          if (revision === undefined) {
            reject(error);
          } else {
            resolve({ kind: 'conflict', revision });
          }
        });
        break;
      }
      case 'notWritten':
        waiting.forEach(({ reject }) => reject(result.error));
        break;
      case 'unknown':
        waiting.forEach(({ resolve }) => resolve(result));
        break;
    }
  }
}

function changed(keys: readonly string[]): string {
  const named = keys.slice(0, namedKeys).join(', ');
  return keys.length > namedKeys
    ? vscode.l10n.t('{0} and {1} more changed on the server', named, keys.length - namedKeys)
    : vscode.l10n.t('{0} changed on the server', named);
}

function notWritten(why: string): KvError {
  const text = vscode.l10n.t(
    '{0}, and these keys are saved as one change: nothing was written, your text is kept.',
    why,
  );
  return new KvError('unavailable', text);
}

function tooLate(): KvError {
  return notWritten(vscode.l10n.t('the others were written before'));
}
