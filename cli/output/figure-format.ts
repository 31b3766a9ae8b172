import { extname } from 'node:path';
import { InputError } from '../../bindings/index.js';
import { svgToPdf, svgToPng } from './rasterise.js';

/**
 * What makes an SVG into the format that a file's ending names.
 * @param command Whom the error is about.
 * @throws InputError when the ending names none.
 */
export function figureFormat(file: string, command = 'plot'): (svg: string) => Promise<string | Uint8Array> {
  switch (extname(file).toLowerCase()) {
    case '.svg':
      return (svg) => Promise.resolve(svg);
    case '.png':
      return (svg) => svgToPng(svg);
    case '.pdf':
      return svgToPdf;
    default:
      throw new InputError(command, '--out', 'end in .svg, .png or .pdf', file);
  }
}
