#!/bin/busybox sh
# Process 1 of the initramfs: loads the modules for 9p, puts a tmpfs over the host's root file
# system (read-only), and goes on as guest.sh in there.
b=/bin/busybox
$b mkdir -p /proc /sys /dev /host /up /new
$b mount -t proc proc /proc
$b mount -t devtmpfs dev /dev
for word in $($b cat /proc/cmdline); do case $word in OUT=*|HERE=*) export "$word" ;; esac; done
for module in /modules/*.ko; do $b insmod "$module" || echo "insmod $module failed"; done
options=trans=virtio,version=9p2000.L,msize=262144
$b mount -t 9p -o "ro,$options,cache=loose" host /host
$b mount -t tmpfs -o size=75% up /up
$b mkdir /up/upper /up/work
$b mount -t overlay -o lowerdir=/host,upperdir=/up/upper,workdir=/up/work overlay /new
cd /new || exit 1
$b mount -t proc proc proc
$b mount -t sysfs sys sys
$b mount -t devtmpfs dev dev
$b mkdir -p dev/pts dev/shm
$b mount -t devpts pts dev/pts
$b mount -t tmpfs shm dev/shm
$b mount -t tmpfs run run
$b ln -sfn /proc/self/fd dev/fd
for n in 0:stdin 1:stdout 2:stderr; do $b ln -sfn "/proc/self/fd/${n%:*}" "dev/${n#*:}"; done
version=$($b uname -r)
$b mkdir -p "lib/modules/$version" ".$OUT"
$b mount -t 9p -o "ro,$options,cache=loose" modules "lib/modules/$version"
$b mount -t 9p -o "$options" out ".$OUT"
cd /
$b umount /proc
exec $b switch_root /new /bin/bash "$HERE/guest.sh" </dev/null
