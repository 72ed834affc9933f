// What the calls on integer descriptors cost.
require('bsd-socket/sys');
