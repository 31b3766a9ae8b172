import { describe, expect, it } from 'vitest';
import { InputError, MemoryLimitError, StragglerError } from '../../bindings/index.js';
import { decodeError, encodeError } from '../../bindings/threads/error-codec.js';

/** As it arrives in another thread. */
const sent = (error: unknown): Error => decodeError(structuredClone(encodeError(error)));

describe('an error that is posted', () => {
  it('keeps its class, its message and where it was thrown', () => {
    for (const Class of [RangeError, TypeError, StragglerError, Error]) {
      const error = new Class('a fault');
      const copy = sent(error);
      expect(copy).toBeInstanceOf(Class);
      expect([copy.name, copy.message, copy.stack]).toEqual([error.name, error.message, error.stack]);
    }
  });

  it('keeps the fields of an InputError', () => {
    const copy = sent(new InputError('experiment', 'problem.file', 'be a file that exists', { name: 'q.json' }));
    expect(copy).toBeInstanceOf(InputError);
    expect(copy).toMatchObject({ where: 'experiment', what: 'problem.file', rule: 'be a file that exists', got: { name: 'q.json' } });
    expect(copy.message).toBe(`experiment: 'problem.file' must be a file that exists, got {"name":"q.json"}`);
  });

  it('keeps the message where what was got cannot be posted', () => {
    const copy = sent(new InputError('experiment', 'x', 'be a number', () => 1));
    expect(copy.message).toBe("experiment: 'x' must be a number, got a function");
    expect(copy).toMatchObject({ got: undefined });
  });

  it('keeps the usage of a MemoryLimitError', () => {
    const copy = sent(new MemoryLimitError('memory: full', { gradients: 12 }));
    expect(copy).toBeInstanceOf(MemoryLimitError);
    expect(copy).toMatchObject({ message: 'memory: full', usage: { gradients: 12 } });
  });

  it('keeps the name of a class that is not known', () => {
    const error = new Error('no');
    error.name = 'SchedulesDiffer';
    expect(sent(error)).toMatchObject({ name: 'SchedulesDiffer', message: 'no' });
    expect(sent('text')).toMatchObject({ name: 'Error', message: 'text' });
  });
});
