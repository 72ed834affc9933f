// Ties a socket to one network interface, whatever the routes say. node examples/bindtodevice.js
// [interface]
const { socket, isErrno, AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_BINDTODEVICE } = require('bsd-socket');

function main(device = 'lo') {
  const s = socket(AF_INET, SOCK_DGRAM);
  try {
    s.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, device);
    console.log('Bound to', s.getsockopt(SOL_SOCKET, SO_BINDTODEVICE));
    s.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, '');
    console.log('Unbound:', JSON.stringify(s.options.SO_BINDTODEVICE));
  } catch (error) {
    if (!isErrno(error, 'ENODEV', 'EPERM')) throw error;
    console.log(`${error.code}: ${error.hint}`);
    process.exitCode = 1;
  } finally {
    s.close();
  }
}

main(...process.argv.slice(2));
