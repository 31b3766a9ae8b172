import type { Spec } from 'vega';

/**
 * Draws a Vega specification.
 * @returns an SVG document; the same specification gives the same bytes.
 */
export async function renderSvg(specification: Spec): Promise<string> {
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
