import type { ProtoMessage } from './protoSchema';

/**
 * Owns the message types that were taken over from a schema, by what each is declared as; changes only through
 * `complete` and `begin`. Types name one another, so that some are begun before all of one is known. Only complete
 * ones stay: what breaks off, by an error or because a search was cut short, is made anew the next time.
 */
export class MadeMessages<K> {
  private readonly made = new Map<K, ProtoMessage>();
  private begun = new Map<K, ProtoMessage>();

  /** One that is complete, or that is being made now. */
  get(key: K): ProtoMessage | undefined {
    return this.made.get(key) ?? this.begun.get(key);
  }

  /** Takes note of one whose fields are not there yet. */
  begin(key: K, message: ProtoMessage): void {
    this.begun.set(key, message);
  }

  /** Makes a type with all that it names. */
  complete(make: () => ProtoMessage | undefined): ProtoMessage | undefined {
    // Nothing of an earlier call is left, however that ended.
    this.begun = new Map();
    const message = make();
    this.begun.forEach((each, key) => this.made.set(key, each));
    return message;
  }
}
