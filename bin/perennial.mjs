#!/usr/bin/env node
// Runs the TypeScript sources as they are: a checkout needs no build step.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('../cli/main.ts');
await main();
