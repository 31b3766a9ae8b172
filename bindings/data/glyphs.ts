/**
 * One way to write a digit: strokes of the pen in order, each a flat list x₀, y₀, x₁, y₁, … of points that a smooth curve
 * passes through, in a box of about 70×100 with y pointing down. A stroke that starts where the one before it ended makes a
 * corner. `weight` is how often this way is chosen, relative to the other ways of the same digit.
 */
export interface Glyph {
  readonly weight: number;
  readonly strokes: readonly (readonly number[])[];
}

/** The ways to write each digit, 0 to 9. */
export const GLYPHS: readonly (readonly Glyph[])[] = [
  // 0: an oval, begun at the top; closed, with the end running past the beginning, or left a little open.
  [
    { weight: 5, strokes: [[42, 2, 16, 16, 4, 52, 16, 88, 38, 98, 62, 80, 68, 44, 56, 10, 38, 3]] },
    { weight: 2, strokes: [[50, 8, 30, 4, 10, 30, 6, 68, 24, 97, 50, 86, 66, 48, 60, 14, 40, 8, 26, 16]] },
    { weight: 2, strokes: [[30, 10, 10, 34, 6, 70, 26, 97, 54, 84, 68, 46, 58, 10, 36, 2]] },
  ],
  // 1: a bare stem, with a flag, with flag and foot.
  [
    { weight: 8, strokes: [[37, 0, 35, 50, 33, 100]] },
    { weight: 2, strokes: [[24, 20, 32, 11, 38, 0], [38, 0, 36, 50, 35, 100]] },
    { weight: 1, strokes: [[24, 19, 32, 10, 38, 0], [38, 0, 36, 50, 35, 99], [14, 100, 36, 99, 58, 98]] },
  ],
  // 2: a straight foot, a looped foot, a swung foot.
  [
    { weight: 4, strokes: [[8, 22, 22, 5, 46, 4, 58, 22, 48, 48, 26, 76, 6, 96], [6, 96, 34, 94, 68, 95]] },
    { weight: 4, strokes: [[10, 20, 26, 4, 50, 8, 56, 32, 42, 64, 20, 90, 6, 88, 10, 74, 28, 78, 48, 92, 68, 92]] },
    { weight: 2, strokes: [[6, 18, 24, 2, 50, 6, 56, 26, 40, 54, 8, 92], [8, 92, 26, 84, 46, 94, 70, 88]] },
  ],
  // 3: two bowls, with a notch or with a small loop between them; a flat top.
  [
    {
      weight: 5,
      strokes: [
        [8, 14, 28, 2, 52, 8, 54, 28, 40, 42, 24, 47],
        [24, 47, 46, 50, 62, 66, 56, 88, 32, 98, 6, 88],
      ],
    },
    { weight: 2, strokes: [[10, 16, 30, 2, 54, 12, 52, 32, 34, 46, 26, 46, 34, 44, 56, 56, 62, 76, 46, 95, 22, 97, 6, 84]] },
    {
      weight: 1,
      strokes: [
        [8, 6, 34, 4, 58, 4],
        [58, 4, 44, 24, 28, 42],
        [28, 42, 52, 46, 62, 66, 54, 88, 30, 98, 6, 88],
      ],
    },
  ],
  // 4: open top, closed top, rounded in one sweep.
  [
    {
      weight: 5,
      strokes: [
        [16, 6, 10, 30, 6, 54],
        [6, 54, 34, 54, 60, 48],
        [58, 4, 52, 44, 46, 100],
      ],
    },
    {
      weight: 2,
      strokes: [
        [50, 2, 28, 32, 4, 62],
        [4, 62, 36, 62, 70, 58],
        [52, 0, 48, 50, 44, 100],
      ],
    },
    { weight: 3, strokes: [[12, 4, 6, 34, 18, 54, 44, 48, 60, 24, 64, 4], [64, 4, 54, 50, 44, 100]] },
  ],
  // 5: the roof drawn last, everything in one stroke, a rounded shoulder.
  [
    {
      weight: 4,
      strokes: [
        [20, 6, 17, 24, 12, 44],
        [12, 44, 34, 38, 56, 50, 58, 74, 42, 95, 18, 98, 2, 86],
        [20, 6, 42, 5, 66, 2],
      ],
    },
    {
      weight: 3,
      strokes: [
        [66, 2, 46, 4, 24, 6],
        [24, 6, 18, 26, 12, 46],
        [12, 46, 34, 42, 52, 54, 54, 76, 36, 96, 12, 96, 2, 88],
      ],
    },
    { weight: 2, strokes: [[64, 3, 40, 2, 22, 14, 18, 34, 36, 48, 52, 64, 46, 88, 24, 98, 4, 90]] },
  ],
  // 6: a long bow, a straight stem, a wide loop.
  [
    { weight: 4, strokes: [[48, 2, 26, 22, 10, 54, 12, 86, 32, 98, 54, 86, 58, 66, 42, 52, 22, 62, 14, 80]] },
    { weight: 3, strokes: [[34, 0, 20, 32, 10, 66, 22, 96, 46, 94, 58, 74, 44, 58, 24, 64, 14, 82]] },
    { weight: 2, strokes: [[44, 0, 18, 28, 6, 66, 20, 94, 50, 96, 68, 76, 56, 56, 32, 58, 18, 78]] },
  ],
  // 7: plain, with a bar, with a serif on the left.
  [
    { weight: 5, strokes: [[4, 10, 34, 8, 62, 6], [62, 6, 46, 46, 32, 100]] },
    {
      weight: 2,
      strokes: [
        [4, 12, 34, 8, 62, 6],
        [62, 6, 44, 48, 30, 100],
        [16, 54, 40, 50, 62, 50],
      ],
    },
    {
      weight: 3,
      strokes: [
        [6, 26, 7, 16, 10, 6],
        [10, 6, 40, 8, 60, 4, 64, 14, 48, 46, 38, 100],
      ],
    },
  ],
  // 8: one stroke with the crossing in the middle, begun at the upper right or at the top; two rings.
  [
    { weight: 5, strokes: [[56, 12, 36, 2, 14, 12, 16, 30, 36, 46, 54, 64, 54, 88, 32, 98, 10, 86, 14, 64, 38, 44, 56, 26, 54, 10]] },
    { weight: 3, strokes: [[38, 2, 14, 10, 16, 32, 40, 50, 58, 70, 46, 95, 20, 96, 8, 76, 26, 54, 52, 34, 56, 12, 36, 3]] },
    {
      weight: 1,
      strokes: [
        [34, 2, 14, 12, 16, 36, 36, 46, 54, 34, 54, 12, 36, 2],
        [34, 48, 10, 60, 10, 86, 34, 98, 58, 86, 56, 60, 36, 47],
      ],
    },
  ],
  // 9: a loop and a straight stem, a bowed stem, a hooked stem.
  [
    { weight: 4, strokes: [[54, 16, 38, 4, 14, 14, 8, 36, 24, 50, 46, 40, 56, 14], [56, 14, 52, 56, 46, 100]] },
    { weight: 3, strokes: [[56, 20, 42, 4, 16, 10, 6, 34, 22, 48, 46, 38, 56, 12, 56, 40, 44, 74, 26, 100]] },
    { weight: 2, strokes: [[58, 10, 36, 2, 12, 18, 10, 40, 32, 46, 54, 30, 60, 10], [60, 10, 60, 48, 54, 84, 34, 98, 12, 90]] },
  ],
];
