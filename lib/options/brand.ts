// The brands of levels and options: they exist for the compiler only.

export declare const LEVEL: unique symbol;
export declare const OPT: unique symbol;
