import type { cli } from './en/cli.ts';
import type { help } from './en/help.ts';
import type { notes } from './en/notes.ts';
import type { pages } from './en/pages.ts';
import type { rules } from './en/rules.ts';
import type { story } from './en/story.ts';
import type { words } from './en/words.ts';

/** The same keys as the English catalogue. A plural needs only the forms its language has. */
export type Translated<En extends Readonly<Record<string, string>>> = {
  readonly [K in keyof En as K extends `${string}_one` ? never : K]: string;
};

/** English is the source: its keys are the keys. */
export interface Catalogues {
  readonly cli: typeof cli;
  readonly help: typeof help;
  readonly notes: typeof notes;
  readonly pages: typeof pages;
  readonly rules: typeof rules;
  readonly story: typeof story;
  readonly words: typeof words;
}

type WithoutPlural<K> = K extends `${infer Stem}_one` ? Stem : K extends `${infer Stem}_other` ? Stem : K;

/** `cli:renewals.none`: catalogue and key, checked by the compiler. */
export type TextKey = {
  [N in keyof Catalogues]: `${N}:${WithoutPlural<keyof Catalogues[N] & string>}`;
}[keyof Catalogues];

export type Params = Readonly<Record<string, string | number>>;
