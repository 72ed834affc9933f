// The package's entry points, with a note of which public functions and methods were called.
'use strict';

const { entry: load } = require('./package.cjs');

const ENTRIES = ['.', './sys', './capture', './packet', './dgram'];

const called = new Set();
const names = [];

/** Methods and accessors of a class whose calls are noted; what begins with '_' is not public. */
function trackClass(name, Class) {
  for (const [where, object] of [
    [`${name}.prototype.`, Class.prototype],
    [`${name}.`, Class],
  ]) {
    for (const key of Object.getOwnPropertyNames(object)) {
      if (key === 'constructor' || key.startsWith('_')) continue;
      const { value, configurable, writable } = Object.getOwnPropertyDescriptor(object, key);
      if (typeof value !== 'function' || !configurable || !writable) continue;
      const id = where + key;
      names.push(id);
      object[key] = function (...args) {
        called.add(id);
        return Reflect.apply(value, this, args);
      };
    }
  }
}

function track(entry) {
  const module = load(entry);
  for (const [key, value] of Object.entries(module)) {
    if (typeof value !== 'function') continue;
    names.push(`${entry} ${key}`);
    if (entry === '.' && ['Socket', 'OwnedFd'].includes(key)) trackClass(key, value);
    if (entry === './capture' && ['Capture', 'PcapWriter'].includes(key)) trackClass(key, value);
  }
  // Not a Proxy: exports may be neither writable nor configurable.
  const tracked = {};
  for (const key of Object.keys(module))
    Object.defineProperty(tracked, key, {
      get() {
        if (typeof module[key] === 'function') called.add(`${entry} ${key}`);
        return module[key];
      },
    });
  return tracked;
}

const [S, sys, capture, packet, dgram] = ENTRIES.map(track);
module.exports = {
  S,
  sys,
  capture,
  packet,
  dgram,
  covered: () => called.size,
  /** These cannot be called here. */
  exempt(list) {
    for (const name of list) called.add(name);
  },
  missing: () => names.filter((name) => !called.has(name)),
};
