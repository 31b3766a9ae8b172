import type { LineStyle } from '../../figures/index.js';

const SVG = 'http://www.w3.org/2000/svg';
const SIZE = { width: 26, height: 12 };

/** Marks on lines, around (0, 0). */
const SHAPES: Readonly<Record<string, string>> = {
  circle: 'M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0',
  square: 'M-3.2-3.2h6.4v6.4h-6.4z',
  'triangle-up': 'M0-4L4 3.2H-4z',
  'triangle-down': 'M0 4L4-3.2H-4z',
  'triangle-right': 'M4 0L-3.2 4V-4z',
  'triangle-left': 'M-4 0L3.2 4V-4z',
  diamond: 'M0-4.6L4 0L0 4.6L-4 0z',
  cross: 'M-1.3-4h2.6v2.7h2.7v2.6h-2.7v2.7h-2.6v-2.7h-2.7v-2.6h2.7z',
};

/** How a line looks in the figures, as a small picture beside its name. */
export function sample({ colour, dash, shape = '' }: LineStyle): SVGSVGElement {
  const { width, height } = SIZE;
  const picture = svg('svg', { class: 'sample', width: String(width), height: String(height), viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' });
  const middle = height / 2;
  picture.append(svg('path', { d: `M0 ${middle}H${width}`, stroke: colour, 'stroke-width': '2', 'stroke-dasharray': dash.join(' ') }));
  const mark = SHAPES[shape];
  if (mark !== undefined) picture.append(svg('path', { d: mark, fill: colour, transform: `translate(${width / 2} ${middle})` }));
  return picture as SVGSVGElement;
}

function svg(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== '') made.setAttribute(name, value);
  return made;
}
