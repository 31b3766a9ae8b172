/** How large a figure is, and whether it has a legend. */
export interface FigureLayout {
  /** Of the frame in pixels, at least 230; where frames stand side by side, the room for all of them. */
  width?: number;
  /** Of one frame in pixels. */
  height?: number;
  /** Default: `right` of the frames, if there is something to tell. */
  legend?: 'right' | 'none';
}

/** Where lines are drawn, in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

/** Width of a frame unless another is asked for. */
export const FRAME_WIDTH = 440;

/** The least width of a frame. */
export const LEAST_WIDTH = 230;

/** How many ticks have room along a frame of a width. @param each What one needs, in pixels. */
export function ticksAcross(width: number, each: number): number {
  return Math.max(2, Math.floor(width / each));
}
