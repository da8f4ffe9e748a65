export * from './types';
export { realClock } from './clock';
export { deliver, deliverSeparately, openRun } from './deliver';
