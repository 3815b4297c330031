export { cli } from './cli.ts';
export { help } from './help.ts';
export { notes } from './notes.ts';
export { pages } from './pages.ts';
export { rules } from './rules.ts';
export { story } from './story.ts';
export { words } from './words.ts';
