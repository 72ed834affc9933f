// Conformance reports: what this kernel returns for every option, and what differs between two.
export { conformanceDiff, type Difference } from './diff';
export type {
  ConformanceReport,
  ConformanceRequest,
  KindReport,
  Misuse,
  OptionReport,
  SocketKind,
} from './types';
export { conformance } from './walk';
