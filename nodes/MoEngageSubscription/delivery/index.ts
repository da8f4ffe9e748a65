export * from './types';
export { realClock } from './clock';
export { deliverSeparately, openRun } from './deliver';
