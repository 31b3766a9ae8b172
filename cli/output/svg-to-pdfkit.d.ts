declare module 'svg-to-pdfkit' {
  interface Options {
    width?: number;
    height?: number;
    /** Whether lengths are PDF points instead of SVG pixels. */
    assumePt?: boolean;
    fontCallback?: (family: string, bold: boolean, italic: boolean) => string;
    warningCallback?: (message: string) => void;
  }
  export default function drawSvg(document: PDFKit.PDFDocument, svg: string, x: number, y: number, options?: Options): void;
}
