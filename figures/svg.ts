import type { Spec } from 'vega';

/**
 * Draws a Vega specification; in Node, in a page and in a Web Worker alike.
 * @returns an SVG document; the same specification gives the same bytes.
 *
 * @example
 * const svg = await svgOf(runFigure(metrics, { lines: linesOf(bestStepsizes(summary)), title: 'digits', target: 0.5 }));
 */
export function svgOf(specification: Spec): Promise<string> {
  const svg = previous.then(() => draw(specification));
  previous = svg.catch(() => undefined);
  return svg;
}

/** Vega numbers the definitions of all figures that it draws at a time; drawn one after the other, each begins with 1. */
let previous: Promise<unknown> = Promise.resolve();

async function draw(specification: Spec): Promise<string> {
  const vega = await import('vega'); // loaded here: the command line starts faster without it
  vega.resetSVGDefIds();
  const view = new vega.View(vega.parse(specification), { renderer: 'none', logLevel: vega.Error });
  const svg = await view.toSVG();
  view.finalize();
  return `${roundCoordinates(svg)}\n`;
}

/** To a thousandth of a pixel: smaller files, and no last bits that differ between JavaScript engines. */
function roundCoordinates(svg: string): string {
  return svg.replace(/<[^>]*>/g, (tag) => tag.replace(/-?\d+\.\d{4,}(e-?\d+)?/g, (text) => String(Math.round(Number(text) * 1e3) / 1e3 || 0)));
}
