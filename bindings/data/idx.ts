import { InputError } from '../errors.js';

/** Grey images: `pixels` is count×height×width, row-major, one byte each. */
export interface IdxImages {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly pixels: Uint8Array;
}

const IMAGES = 0x0803;
const LABELS = 0x0801;

/**
 * Unpacks gzipped bytes; other bytes are returned as they are. Told apart by the first two bytes (1f 8b).
 * @param file The name for errors.
 * @throws InputError when gzipped bytes are truncated or damaged.
 */
export async function gunzip(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const packed = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
    return new Uint8Array(await new Response(packed.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
  } catch {
    throw new InputError(file, 'file', 'be a complete gzip file', `${bytes.length} bytes that do not unpack`);
  }
}

/**
 * Reads images in IDX format (`idx3-ubyte`): big-endian uint32 0x00000803, count, height, width, then a byte per pixel.
 * @param bytes The unpacked file. The pixels are a view of it, not a copy.
 * @param file The name for errors.
 * @throws InputError when the first bytes, the sizes or the length are not those of such a file.
 * @remarks Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits", file formats.
 */
export function parseIdxImages(bytes: Uint8Array, file: string): IdxImages {
  const [count, height, width] = readHeader(bytes, file, IMAGES, 'images', 3) as [number, number, number];
  return { count, height, width, pixels: bytes.subarray(16) };
}

/**
 * Reads labels in IDX format (`idx1-ubyte`): big-endian uint32 0x00000801, count, then a byte per label.
 * @param bytes The unpacked file. The labels are a view of it, not a copy.
 * @param file The name for errors.
 * @throws InputError when the first bytes, the count or the length are not those of such a file.
 */
export function parseIdxLabels(bytes: Uint8Array, file: string): Uint8Array {
  readHeader(bytes, file, LABELS, 'labels', 1);
  return bytes.subarray(8);
}

/** The sizes that follow the magic number, checked against each other and the file's length. */
function readHeader(bytes: Uint8Array, file: string, magic: number, kind: string, dimensions: number): number[] {
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) {
    throw new InputError(file, 'file', `be IDX ${kind}, which begin with ${start} bytes of header`, `${bytes.length} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = view.getUint32(0);
  if (found !== magic) {
    throw new InputError(file, 'file', `be IDX ${kind}, which begin with ${hex(magic)}`, hex(found));
  }
  const sizes = Array.from({ length: dimensions }, (_, d) => view.getUint32(4 + 4 * d));
  if (sizes.includes(0)) {
    throw new InputError(file, 'file', `hold at least one of its ${kind}`, `sizes ${sizes.join('×')}`);
  }
  const expected = start + sizes.reduce((product, size) => product * size, 1);
  if (bytes.length !== expected) {
    throw new InputError(file, 'file', `have ${expected} bytes for ${sizes.join('×')} ${kind}`, `${bytes.length} bytes`);
  }
  return sizes;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
