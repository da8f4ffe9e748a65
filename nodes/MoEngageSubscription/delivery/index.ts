export * from './types';
export { deliver } from './deliver';
