"""seccomp.py RULE... -- COMMAND...: runs COMMAND under a seccomp filter that refuses some calls.

A RULE is CALL=ERRNO, or CALL:INDEX:VALUE[:INDEX:VALUE]=ERRNO, where the call is refused only if
these arguments (counted from 0, their lower 32 bits) have these values. x86_64 and aarch64.
"""
import ctypes
import errno
import os
import platform
import struct
import sys

NUMBERS = {
    'x86_64': {'arch': 0xC000003E, 'socket': 41, 'getsockopt': 55, 'setsockopt': 54, 'bind': 49,
               'setns': 308, 'unshare': 272, 'capset': 126, 'poll': 7, 'ppoll': 271},
    'aarch64': {'arch': 0xC00000B7, 'socket': 198, 'getsockopt': 209, 'setsockopt': 208, 'bind': 200,
                'setns': 268, 'unshare': 97, 'capset': 91, 'ppoll': 73},
}[platform.machine()]
LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
NUMBER_AT, ARCH_AT, ARGUMENTS_AT = 0, 4, 16
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, MODE_FILTER = 38, 22, 2


def instructions(rule):
    call, name = rule.split('=')
    call, *pairs = call.split(':')
    tests = [(NUMBER_AT, NUMBERS[call])]
    for index, value in zip(pairs[::2], pairs[1::2]):
        tests.append((ARGUMENTS_AT + 8 * int(index), int(value)))
    program = []
    for i, (offset, value) in enumerate(tests):
        left = len(tests) - i - 1
        program.append((LOAD, 0, 0, offset))
        program.append((JUMP_EQUAL, 0, 2 * left + 1, value))
    program.append((RETURN, 0, 0, REFUSE | getattr(errno, name)))
    return program


def main():
    split = sys.argv.index('--')
    program = [(LOAD, 0, 0, ARCH_AT), (JUMP_EQUAL, 1, 0, NUMBERS['arch']), (RETURN, 0, 0, ALLOW)]
    for rule in sys.argv[1:split]:
        program += instructions(rule)
    program.append((RETURN, 0, 0, ALLOW))
    code = b''.join(struct.pack('=HBBI', *one) for one in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    fprog = struct.pack('=H6xQ', len(program), ctypes.addressof(buffer))
    pointer = ctypes.create_string_buffer(fprog, len(fprog))
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero)
    if libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(MODE_FILTER), pointer, zero, zero) != 0:
        sys.exit(f'seccomp: {os.strerror(ctypes.get_errno())}')
    os.execvp(sys.argv[split + 1], sys.argv[split + 1:])


main()
