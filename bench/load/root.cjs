// What the package costs.
require('bsd-socket');
