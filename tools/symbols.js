// What a prebuilt addon may ask of the system that loads it: no newer glibc and libstdc++ than
// Node.js itself does, on musl nothing of either.
'use strict';
const { execFileSync } = require('node:child_process');

const NEWEST = { GLIBC: '2.28', GLIBCXX: '3.4.22' };

/** '2.28' as a number that compares. */
const version = (text) => text.split('.').reduceRight((low, part) => low / 1000 + Number(part), 0);

/** Throws where the file at `file` needs more. */
function check(file, isMusl) {
  const symbols = execFileSync('objdump', ['-T', file], { encoding: 'utf8' });
  const needed = execFileSync('objdump', ['-p', file], { encoding: 'utf8' });
  for (const [library, newest] of Object.entries(NEWEST)) {
    const versions = [...symbols.matchAll(new RegExp(`\\b${library}_([\\d.]+)`, 'g'))];
    const tooNew = versions.filter(([, one]) => isMusl || version(one) > version(newest));
    if (tooNew.length > 0)
      throw new Error(`${file} needs ${[...new Set(tooNew.map(([name]) => name))].join(' ')}`);
  }
  if (!/napi_register_module_v1/.test(symbols)) throw new Error(`${file} is no addon`);
  if (isMusl && /NEEDED\s+(libstdc\+\+|libc\.so\.6|libgcc_s)/.test(needed))
    throw new Error(`${file} needs libraries that a musl system may not have`);
}

module.exports = { check };
