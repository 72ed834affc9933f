// Headers of libpcap's capture files (pcap-savefile(5)), in the byte order of the machine that
// wrote them.
import { i32, u16, u32 } from './fields';
import { wire } from './struct';

export const pcap_file_header = wire('pcap_file_header', {
  magic: u32,
  versionMajor: u16,
  versionMinor: u16,
  thiszone: i32,
  sigfigs: u32,
  snaplen: u32,
  linktype: u32,
});
/** `fraction` counts microseconds or nanoseconds, as the file's magic says. */
export const pcap_record = wire('pcap_record', {
  seconds: u32,
  fraction: u32,
  caplen: u32,
  len: u32,
});
