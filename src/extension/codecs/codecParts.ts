import type { Disposable } from '../../kv/base/event';
import type { ValueCodec, ValuePlace } from '../../kv/values/valueCodec';
import { ProtobufCodecs } from './protobufCodecs';
import { protobufEntries, typeSought } from './protobufSettings';
import { protobufSetting } from './protobufSetting';
import { WorkspaceSchemaFiles } from './schemaFiles';

/** Owns the codecs of values; changes only with the setting and its files, and by `register`. */
export class CodecParts implements Disposable {
  private readonly registered = new Set<(place: ValuePlace) => ValueCodec | undefined>();
  private readonly protobuf: ProtobufCodecs;
  private entries = protobufEntries(protobufSetting());

  /** `tell`: values may be decoded in another way than before. */
  constructor(private readonly tell: () => void) {
    this.protobuf = new ProtobufCodecs(() => this.entries, new WorkspaceSchemaFiles(), tell);
  }

  /** Says that the setting is another. */
  settingChanged(): void {
    this.entries = protobufEntries(protobufSetting());
  }

  /** What the settings name for a value, else the first that was registered for it. */
  of(place: ValuePlace): ValueCodec | undefined {
    const sought = typeSought(this.entries, place);
    let codec = sought && this.protobuf.of(sought);
    for (const find of codec ? [] : this.registered) {
      codec ??= find(place);
    }
    return codec;
  }

  async ready(place?: ValuePlace): Promise<void> {
    const { entries } = this;
    await this.protobuf.load(
      place ? (typeSought(entries, place)?.entries ?? []) : Object.values(entries),
    );
  }

  /** Asks also this for codecs, until it is disposed. */
  register(find: (place: ValuePlace) => ValueCodec | undefined): Disposable {
    this.registered.add(find);
    this.tell();
    return {
      dispose: () => {
        if (this.registered.delete(find)) {
          this.tell();
        }
      },
    };
  }

  dispose(): void {
    this.protobuf.dispose();
  }
}
