export * from './types';
export { realClock } from './clock';
export { deliver } from './deliver';
