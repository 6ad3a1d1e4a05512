import * as vscode from 'vscode';
import type { Background } from '../../kv/base/background';
import { DisposableStore, Emitter, type Disposable } from '../../kv/base/event';
import { later } from '../../kv/base/later';
import type { ValueCodec, ValuePlace } from '../../kv/values/valueCodec';
import { settingIds } from '../contributions';
import type { CodecParts } from './codecParts';
import { protobufSetting } from './protobufSetting';

/**
 * Owns which codec the value of a key has: what the settings name for it, else what others registered. What
 * knows them is loaded when there are any. Changes only by the settings and their files, and by `parts`.
 */
export class ValueCodecs implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<void>());
  private loaded: CodecParts | undefined;

  /** Values may be decoded in another way than before. */
  readonly onDidChange = this.changed.event;

  /** What knows the codecs; loaded when it is first asked for. */
  readonly parts = later(async () => {
    const { CodecParts: Parts } = await import('./codecParts');
    return (this.loaded = this.store.add(new Parts(() => this.changed.fire())));
  });

  constructor(inBackground: Background) {
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingIds.protobuf)) {
          this.loaded?.settingChanged();
          inBackground(
            'load schemas',
            this.ready().then(() => this.changed.fire()),
          );
        }
      }),
    );
  }

  /** The codec of a value; undefined where it has none, or none that is `ready`. */
  of(place: ValuePlace): ValueCodec | undefined {
    return this.loaded?.of(place);
  }

  /** Has the codec of a value loaded, or every one that the settings name. */
  async ready(place?: ValuePlace): Promise<void> {
    if (Object.keys(protobufSetting()).length > 0) {
      await (await this.parts()).ready(place);
    }
  }

  dispose(): void {
    this.store.dispose();
  }
}
