import { createRequire } from 'node:module';

/** Resolution of a PNG when no width is asked for: twice the figure's size. */
const ZOOM = 2;

/**
 * Draws an SVG as a PNG. All text is set in the bundled DejaVu Sans, so that it appears on machines without fonts and looks the same everywhere.
 *
 * @param options.width - in pixels; by default twice the width of the SVG.
 */
export async function svgToPng(svg: string, options: { width?: number } = {}): Promise<Uint8Array> {
  const { renderAsync } = await import('@resvg/resvg-js');
  const image = await renderAsync(svg, {
    font: {
      loadSystemFonts: false, fontFiles: [fontFile('DejaVuSans'), fontFile('DejaVuSans-Bold')],
      defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans',
    },
    fitTo: options.width === undefined ? { mode: 'zoom', value: ZOOM } : { mode: 'width', value: options.width },
  });
  return image.asPng();
}

/** Draws an SVG as a one-page PDF of its size, as vectors with DejaVu Sans embedded. The same SVG gives the same bytes. */
export async function svgToPdf(svg: string): Promise<Uint8Array> {
  const [{ default: PdfDocument }, { default: drawSvg }] = await Promise.all([import('pdfkit'), import('svg-to-pdfkit')]);
  const [width, height] = sizeOf(svg);
  const document = new PdfDocument({ size: [width, height], margin: 0, info: { CreationDate: new Date(0), Creator: 'straggler' } });
  document.registerFont('DejaVuSans', fontFile('DejaVuSans'));
  document.registerFont('DejaVuSans-Bold', fontFile('DejaVuSans-Bold'));
  const chunks: Uint8Array[] = [];
  const finished = new Promise<void>((resolve, reject) => {
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    document.on('end', resolve);
    document.on('error', reject);
  });
  drawSvg(document, svg, 0, 0, {
    width,
    height,
    assumePt: true,
    fontCallback: (_family, bold) => (bold ? 'DejaVuSans-Bold' : 'DejaVuSans'),
    warningCallback: () => undefined,
  });
  document.end();
  await finished;
  return Buffer.concat(chunks);
}

function sizeOf(svg: string): [width: number, height: number] {
  const attribute = (name: string): number => Number(new RegExp(`<svg[^>]*\\s${name}="([\\d.]+)`).exec(svg)?.[1] ?? NaN);
  const [width, height] = [attribute('width'), attribute('height')];
  return width > 0 && height > 0 ? [width, height] : [600, 400];
}

function fontFile(name: string): string {
  return createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`);
}
