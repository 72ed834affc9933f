// Former place of errors/arguments.ts, for importers that have not moved yet.
export * from '../errors/arguments';
