// Messages and their control data.
export { buildControl, type Cmsg, controlLength, controlSpace, parseControl } from './cmsg';
export { Message } from './message';
