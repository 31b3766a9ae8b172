import { text, type Mark } from './marks.js';
import { wrapText } from './wrap-text.js';

/** Font sizes, heights of lines and mean widths of characters of what stands above a figure, in pixels. */
const TITLE = { size: 14, line: 17, character: 8.4 };
export const NOTE = { size: 10.5, line: 14, character: 5.67 };

/** A title in as many lines as it needs. */
export function titleLines(title: string, room: number): string[] {
  return wrapText(title, Math.floor(room / TITLE.character));
}

/** Sentences in small letters, in as many lines as they need. */
export function noteLines(note: string, room: number): string[] {
  return wrapText(note, Math.floor(room / NOTE.character));
}

/** Lines of a title one below the other, the last one at `y`. */
export function titleMarks(lines: readonly string[], y: number): Mark[] {
  return lines.map((line, index) => text(line, 0, y - TITLE.line * (lines.length - 1 - index), { size: TITLE.size, weight: 'bold' }));
}

/** Lines of a note one below the other, the last one at `y`. */
export function noteMarks(lines: readonly string[], y: number): Mark[] {
  return lines.map((line, index) => text(line, 0, y - NOTE.line * (lines.length - 1 - index), { size: NOTE.size, colour: '#666' }));
}

/** What such lines need beyond a title of one line, in pixels. */
export function moreForTitle(lines: readonly string[]): number {
  return TITLE.line * (lines.length - 1);
}
