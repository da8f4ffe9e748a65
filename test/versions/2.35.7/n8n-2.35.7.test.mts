import { testVersion } from '../checks.mts';

testVersion(import.meta.dirname);
