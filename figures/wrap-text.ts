/**
 * Breaks a line between words so that it fits `width` characters; a longer word stays whole.
 * @param text Its leading spaces are kept. @param indent What the lines after the first begin with.
 */
export function wrapText(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  const [, start = '', rest = ''] = /^( *)(.*)$/s.exec(text)!;
  let line = start;
  let empty = true;
  for (const word of rest.split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      [line, empty] = [indent, true];
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
