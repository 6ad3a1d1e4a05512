import { describe, expect, it } from 'vitest';
import { MadeMessages } from '../../../../src/kv/values/protobuf/madeMessages';
import type { ProtoMessage } from '../../../../src/kv/values/protobuf/protoSchema';

const message = (name: string): ProtoMessage => ({ name, byNumber: new Map(), byName: new Map() });

describe('MadeMessages', () => {
  it('keeps what is complete, with all that it names', () => {
    const all = new MadeMessages<string>();
    const [order, line] = [message('Order'), message('Line')];
    all.complete(() => {
      all.begin('Order', order);
      all.begin('Line', line);
      expect(all.get('Order')).toBe(order);
      return order;
    });
    all.complete(() => undefined);
    expect([all.get('Order'), all.get('Line')]).toEqual([order, line]);
  });

  it('keeps nothing of what broke off, also after one that is complete', () => {
    const all = new MadeMessages<string>();
    const cut = () =>
      all.complete(() => {
        all.begin('Half', message('Half'));
        throw new Error('cut short');
      });
    expect(cut).toThrow('cut short');
    const whole = all.complete(() => {
      const made = message('Whole');
      all.begin('Whole', made);
      return made;
    });
    expect([all.get('Half'), all.get('Whole')]).toEqual([undefined, whole]);
  });
});
