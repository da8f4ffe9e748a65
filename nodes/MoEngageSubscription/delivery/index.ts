export * from './types';
export { realClock } from './clock';
export { deliver, deliverSeparately as deliverApart } from './deliver';
