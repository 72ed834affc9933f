// The public face of bsd-socket/capture: capture by the kernel's ring, injection, BPF, pcap and
// pcapng files.
export type { BpfInstruction, BpfProgram, Fanout } from '../options/types';
export { assemble } from './assemble';
export { Capture, type CaptureOptions, type CaptureStats } from './capture';
export { compile } from './compile';
export { disassemble } from './disassemble';
export type { Frame, FrameBatch } from './frame';
export { LINK_NAMES } from './linktype';
export { type FrameMetadata, matches } from './matches';
export { type FileFrame, readPcap } from './pcap-reader';
export { type PcapFrame, PcapWriter, type PcapWriterOptions } from './pcap-writer';
export type { Recording, RecordOptions, RecordStats } from './record';
export { type ReplayOptions, type ReplayStats, replay } from './replay';
export type { RingOptions } from './ring';
export { sniff } from './sniff';
