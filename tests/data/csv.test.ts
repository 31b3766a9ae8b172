import { describe, expect, test } from 'vitest';
import { parseCsv } from '../../bindings/data/csv.js';

const parse = (text: string) => parseCsv(new TextEncoder().encode(text), 'a.csv');

describe('parseCsv', () => {
  test('without a header the last column holds the labels', () => {
    expect(parse('1,2,0\n3,-4.5e1,1\n')).toEqual({ count: 2, features: 2, inputs: Float32Array.of(1, 2, 3, -45), labels: [0, 1] });
  });

  test('a header of words is one; the column called label holds the labels', () => {
    expect(parse('a,b,c\n1,2,3\n')).toMatchObject({ features: 2, inputs: Float32Array.of(1, 2), labels: [3] });
    expect(parse('a, Label ,c\n1,2,3\n')).toMatchObject({ features: 2, inputs: Float32Array.of(1, 3), labels: [2] });
    expect(parse('0,1,label\n1,2,3\n')).toMatchObject({ features: 2, labels: [3] });
  });

  test('labels may be text, also without a header', () => {
    expect(parse('5.1,3.5,setosa\n4.9,3,"virginica, blue"\n').labels).toEqual(['setosa', 'virginica, blue']);
    expect(parse('1,2\n1,x\n').labels).toEqual(['2', 'x']);
  });

  test.each([';', '\t', '|'])('%j may separate, line ends and blank lines be any', (separator) => {
    const text = ['1.5', '2', '0'].join(separator);
    expect(parse(`\ufeff${text}\r\n\r\n${text}`)).toMatchObject({ count: 2, inputs: Float32Array.of(1.5, 2, 1.5, 2) });
  });

  test('an empty file has no samples', () => {
    expect(parse('')).toMatchObject({ count: 0, features: 0, labels: [] });
    expect(parse('a,b\n')).toMatchObject({ count: 0, features: 1 });
  });

  test.each([
    ['1,2,0\n1,x,0\n', "a.csv:2: 'column 2' must be a number that float32 can hold, got 'x'"],
    ['u,v,label\n\n1,,0\n', "a.csv:3: 'v' must be a number that float32 can hold, got ''"],
    ['1,1e40,0\n', "a.csv:1: 'column 2' must be a number that float32 can hold, got '1e40'"],
    ['1,2,0\n1,2\n', "a.csv:2: 'line' must have 3 cells like the first, got '2 cells'"],
    ['1,2,"a\nb"\n\n1,2,"a\r\n\nb"\n1,x,0\n', "a.csv:7: 'column 2' must be a number that float32 can hold, got 'x'"],
    ['1,2,0\r\n1,2,0\r\n\r\n1,x,"a\r\nb"\r\n', "a.csv:4: 'column 2' must be a number that float32 can hold, got 'x'"],
    ['1,2,\n', "a.csv:1: 'column 3' must be a label, got ''"],
    ['1\n2\n', "a.csv:1: 'line' must have a cell for the label and at least one for a feature, got '1'"],
    ['1,2,0\n1,"2,0\n', "a.csv:2: 'line' must be comma-separated values (Quoted field unterminated), got '1,2,0"],
  ])('refuses %j', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});
