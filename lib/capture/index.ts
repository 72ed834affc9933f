// The public face of bsd-socket/capture: capture by the kernel's ring, injection, BPF, pcap and
// pcapng files.

export { assemble } from '../bpf/assemble';
export { compile } from '../bpf/compile';
export { disassemble } from '../bpf/disassemble';
export { type FrameMetadata, matches } from '../bpf/matches';
export type { BpfInstruction, BpfProgram, Fanout } from '../options/types';
export type { Frame, FrameBatch } from '../pcap/frame';
export { LINK_NAMES } from '../pcap/linktype';
export { type FileFrame, readPcap } from '../pcap/reader';
export { type PcapFrame, PcapWriter, type PcapWriterOptions } from '../pcap/writer';
export { Capture, type CaptureOptions, type CaptureStats } from './capture';
export type { Recording, RecordOptions, RecordStats } from './record';
export { type ReplayOptions, type ReplayStats, replay } from './replay';
export type { RingOptions } from './ring';
export { sniff } from './sniff';
