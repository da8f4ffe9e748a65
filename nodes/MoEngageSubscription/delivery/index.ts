export * from './types';
export { realClock } from './clock';
export { deliver, deliverApart } from './deliver';
