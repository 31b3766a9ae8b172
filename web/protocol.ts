/** What the page and its worker say to each other. */
import type { LineStyle } from '../figures/index.js';
import type { Field, Setting } from './setting/fields.js';

export type FigureName = 'objective' | 'timeline' | 'delays';

/** How the figures are to be drawn. */
export interface View {
  /** Whose timeline and delays. */
  readonly method: string;
  /** Pixels there are for the figure of the objective, and for the others. */
  readonly wide: number;
  readonly narrow: number;
}

/** Page → worker. */
export type Command =
  /** Checks the setting. @param draw Whether to show what its workers do; nothing is optimised. */
  | { readonly do: 'check'; readonly setting: Setting; readonly draw: boolean }
  | { readonly do: 'run'; readonly setting: Setting }
  | { readonly do: 'stop' }
  | { readonly do: 'view'; readonly view: View }
  /** Asks for a figure at full size, with its legend. */
  | { readonly do: 'download'; readonly figure: FigureName };

/** A method at its best stepsize, in words. */
export interface Row {
  readonly method: string;
  readonly title: string;
  /** How it looks in the figure. */
  readonly style: LineStyle;
  readonly stage: 'waiting' | 'running' | 'done';
  readonly cells: readonly string[];
  /** SHA-256 of the final model; absent as long as it is under way. */
  readonly digest?: string;
}

/** Where the frame of a figure is, as shares of the figure's width and height, and which times it spans. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly from: number;
  readonly to: number;
}

/** One line of the objective figure, in numbers. */
export interface ReadingsLine {
  readonly method: string;
  readonly title: string;
  readonly stepsize: number;
  readonly style: LineStyle;
  /** At the times; null where the line is not there. */
  readonly values: readonly (number | null)[];
}

/** What the objective figure shows, in numbers. */
export interface Readings {
  readonly quantity: string;
  readonly times: readonly number[];
  readonly lines: readonly ReadingsLine[];
  readonly frame: Frame;
}

/** A colour and what it stands for. */
export interface LegendEntry {
  readonly label: string;
  readonly colour: string;
}

/** Worker → page. */
export type Report =
  | { readonly tell: 'checked'; readonly field: Field | null; readonly message: string | null }
  | { readonly tell: 'begun'; readonly runs: number }
  | { readonly tell: 'progress'; readonly fraction: number; readonly text: string }
  | { readonly tell: 'figure'; readonly figure: FigureName; readonly svg: string; readonly label: string; readonly note: string; readonly legend?: readonly LegendEntry[]; readonly readings?: Readings }
  | { readonly tell: 'results'; readonly rows: readonly Row[]; readonly notes: readonly string[]; readonly headline: string; readonly final: string }
  | { readonly tell: 'notice'; readonly text: string }
  | { readonly tell: 'ended'; readonly interrupted: boolean; readonly headline: string }
  | { readonly tell: 'download'; readonly name: string; readonly svg: string }
  | { readonly tell: 'refused'; readonly field: Field | null; readonly message: string }
  /** From the page's own side of the line: the worker did not stop, and was ended with all it knew. */
  | { readonly tell: 'lost' };
