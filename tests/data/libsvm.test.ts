import { describe, expect, test } from 'vitest';
import { numberClasses } from '../../bindings/data/classes.js';
import { parseDecimal, parseNumber } from '../../bindings/data/decimal.js';
import { parseLibsvm } from '../../bindings/data/libsvm.js';
import { InputError } from '../../bindings/index.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string) => parseLibsvm(bytes(text), 'a.svm');

describe('parseLibsvm', () => {
  test('reads labels and entries', () => {
    const { rows, labels, features } = parse('+1 1:0.5 3:-2e-3 7:1\n-1 2:4\n');
    expect([...labels]).toEqual([1, -1]);
    expect(features).toBe(7);
    expect(rows).toEqual({
      count: 2,
      starts: Uint32Array.of(0, 3, 4),
      columns: Uint32Array.of(0, 2, 6, 1),
      values: Float32Array.of(0.5, -2e-3, 1, 4),
    });
  });

  test('skips comments, blank lines, carriage returns and zeros; a last line needs no end', () => {
    const { rows, labels, features } = parse('# made by hand\r\n\n  2\t1:1   2:0 # two\r\n\t\n3\n4 5:0.0#x\n5 1:2 ');
    expect([...labels]).toEqual([2, 3, 4, 5]);
    expect(features).toBe(5);
    expect(rows).toEqual({ count: 4, starts: Uint32Array.of(0, 1, 1, 1, 2), columns: Uint32Array.of(0, 0), values: Float32Array.of(1, 2) });
  });

  test('skips a byte order mark', () => {
    expect(parse('\ufeff1 2:4\n-1 1:3')).toEqual(parse('1 2:4\n-1 1:3'));
  });

  test('an empty file has no samples', () => {
    expect(parse('')).toMatchObject({ rows: { count: 0 }, features: 0 });
    expect(parse('#')).toMatchObject({ rows: { count: 0 }, features: 0 });
  });

  test.each([
    ['1 1:1\nyes 1:1', "a.svm:2: 'label' must be a number, got 'yes'"],
    ['1,2 1:1', "a.svm:1: 'label' must be a number, got '1,2'"],
    ['1 1:1\n\n# x\n1 qid:3 1:1', "a.svm:4: 'qid' must be left out: a data set for ranking has no classes, got 'qid:3'"],
    ['1 1', "a.svm:1: 'entry' must be 'index:value' with a whole number as index, got '1'"],
    ['1 :1', "a.svm:1: 'entry' must be 'index:value' with a whole number as index, got ':1'"],
    ['1 -1:1', "a.svm:1: 'entry' must be 'index:value' with a whole number as index, got '-1:1'"],
    ['1 0:1', "a.svm:1: 'index' must be a whole number from 1 to 2147483647, got '0:1'"],
    ['1 2147483648:1', "a.svm:1: 'index' must be a whole number from 1 to 2147483647, got '2147483648:1'"],
    ['1 3:1 2:1', "a.svm:1: 'index' must ascend within a line, and come after 3, got '2:1'"],
    ['1 3:1 3:1', "a.svm:1: 'index' must ascend within a line, and come after 3, got '3:1'"],
    ['1 3:', "a.svm:1: 'value of index 3' must be a number that float32 can hold, got ''"],
    ['1 3:1:2', "a.svm:1: 'value of index 3' must be a number that float32 can hold, got '1:2'"],
    ['1 3:nan', "a.svm:1: 'value of index 3' must be a number that float32 can hold, got 'nan'"],
    ['1 3:1e39', "a.svm:1: 'value of index 3' must be a number that float32 can hold, got '1e39'"],
    [`1 3:${'x'.repeat(99)}`, `a.svm:1: 'value of index 3' must be a number that float32 can hold, got '${'x'.repeat(60)}…'`],
  ])('refuses %j', (text, message) => {
    expect(() => parse(text)).toThrow(InputError);
    expect(() => parse(text)).toThrow(message);
  });
});

describe('parseDecimal', () => {
  test.each([
    '0', '-0', '7', '+1', '-1', '0.5', '.5', '5.', '123456789012345', '0.000001234', '-3.14159265358979', '1e5', '1.5E-3', '-2e+2', '12345678901234567890',
    '0.1234567890123456789', '4.9e-324', '1.7976931348623157e308', '1e999', '9007199254740993', '00012.50', '99999.9999999999',
  ])('%s', (text) => {
    const padded = bytes(`x${text}y`);
    expect(parseDecimal(padded, 1, padded.length - 1)).toBe(Number(text));
  });

  test('a thousand random decimals', () => {
    for (let j = 1; j <= 1000; j += 1) {
      const text = (Math.sin(j) * 10 ** (j % 9)).toFixed(j % 12);
      expect(parseDecimal(bytes(text), 0, text.length)).toBe(Number(text));
    }
  });

  test.each(['', '-', '.', '+.', '1.2.3', '1e', 'e5', '0x1f', 'Infinity', 'nan', '1 2', '--1', '1_000'])('%j is no number', (text) => {
    expect(parseDecimal(bytes(text), 0, text.length)).toBeNaN();
    expect(parseNumber(text)).toBeNaN();
  });
});

describe('numberClasses', () => {
  test('ascending as numbers, or as text when one is none', () => {
    expect(numberClasses([[10, -1, 2, 10]], 'f')).toEqual({ names: ['-1', '2', '10'], labels: [Uint8Array.of(2, 0, 1, 2)] });
    expect(numberClasses([['b', '10', 'a'], ['9']], 'f')).toEqual({ names: ['10', '9', 'a', 'b'], labels: [Uint8Array.of(3, 0, 2), Uint8Array.of(1)] });
  });

  test('from 2 to 256', () => {
    const many = (count: number): number[] => Array.from({ length: count }, (_, j) => j);
    expect(numberClasses([many(256)], 'f').names).toHaveLength(256);
    expect(() => numberClasses([many(257)], 'f')).toThrow("f: 'labels' must name at most 256 classes, got 'more different labels'");
    expect(() => numberClasses([[3, 3]], 'f')).toThrow("f: 'labels' must name at least two classes, got 'only 3'");
    expect(() => numberClasses([[]], 'f')).toThrow("got 'no samples'");
  });
});
