// What the module that everybody has costs.
require('node:net');
