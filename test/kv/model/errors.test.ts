import { describe, expect, it } from 'vitest';
import {
  isKvError,
  KvError,
  messageOf,
  throwIfCancelled,
  toKvError,
} from '../../../src/kv/model/errors';

describe('KvError', () => {
  it('keeps its kind, message and cause', () => {
    const cause = new Error('socket hang up');
    const error = new KvError('disconnected', 'the link was lost', { cause });
    expect(error).toMatchObject({ kind: 'disconnected', message: 'the link was lost', cause });
    expect(String(error)).toBe('KvError: the link was lost');
  });
});

describe('isKvError', () => {
  it('knows a KvError from another error', () => {
    expect(isKvError(new KvError('denied', 'no'))).toBe(true);
    expect(isKvError(new Error('no'))).toBe(false);
    expect(isKvError(undefined)).toBe(false);
  });

  it('tells the kinds apart', () => {
    const error = new KvError('denied', 'no');
    expect(isKvError(error, 'denied')).toBe(true);
    expect(isKvError(error, 'timeout')).toBe(false);
  });
});

describe('messageOf', () => {
  it.each([
    [new Error('it broke'), 'it broke'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
  ])('finds the message of %s', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});

describe('toKvError', () => {
  it('is the error itself, or one around whatever else was thrown', () => {
    const error = new KvError('denied', 'no');
    expect(toKvError(error)).toBe(error);
    const cause = new TypeError('it broke');
    expect(toKvError(cause)).toMatchObject({ kind: 'server', message: 'it broke', cause });
  });
});

describe('throwIfCancelled', () => {
  it('does nothing without a signal or before it is aborted', () => {
    throwIfCancelled(undefined);
    throwIfCancelled(new AbortController().signal);
  });

  it('throws cancelled with the reason of the abort', () => {
    const reason = new Error('the user closed the view');
    const cancel = () => throwIfCancelled(AbortSignal.abort(reason));
    expect(cancel).toThrow(expect.objectContaining({ kind: 'cancelled', cause: reason }));
  });
});
