// The public face of bsd-socket/capture: capture by the kernel's ring, injection, BPF, pcap and
// pcapng files.

export { assemble } from '../bpf/assemble';
export { type CompileOptions, compile, compileAsync } from '../bpf/compile';
export { disassemble } from '../bpf/disassemble';
export { type FrameMetadata, matches } from '../bpf/matches';
export type { BpfInstruction, BpfProgram, Fanout } from '../options/types';
export {
  type Block,
  type ByteOrder,
  type CustomBlock,
  commentsOf,
  type FileFrame,
  type FileInterface,
  type NamesBlock,
  namedOptions,
  type OtherBlock,
  type PcapngOption,
  type SecretsBlock,
  type SectionBlock,
  type StatisticsBlock,
} from '../pcap/blocks';
export type { CreateOptions } from '../pcap/create';
export type { Frame, FrameBatch } from '../pcap/frame';
export { LINK_NAMES } from '../pcap/linktype';
export { readBlocks, readPcap } from '../pcap/reader';
export { type PcapFrame, PcapWriter, type PcapWriterOptions } from '../pcap/writer';
export { Capture, type CaptureOptions, type CaptureStats } from './capture';
export type { Recording, RecordOptions, RecordStats } from './record';
export { type ReplayOptions, type ReplayStats, replay } from './replay';
export type { RingOptions } from './ring';
export { sniff } from './sniff';
