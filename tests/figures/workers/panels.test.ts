import { expect, test } from 'vitest';
import { svgOf } from '../../../figures/svg.js';
import { panelFigure } from '../../../figures/workers/panels.js';

const draw = (count: number) =>
  svgOf(panelFigure({
    title: 't', notes: [], panels: Array.from({ length: count }, () => ({ heading: '', marks: [] })), columns: 1, width: 100, height: 50, left: 20,
    x: { low: 0, high: 1, log: false, ticks: [0, 1] }, xTitle: 'across', yTitle: 'down',
  }));

test.each([[1, 25], [5, 197]])('the vertical axis of %i panels is named at their middle', async (count, middle) => {
  const [, y] = /translate\([-\d.]+,([-\d.]+)\) rotate\(-90\)[^>]*>down</.exec(await draw(count))!;
  expect(Number(y)).toBe(middle);
});
