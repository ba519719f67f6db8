#!/usr/bin/env bash
# Runs a command under Open MPI on simulated hosts: network namespaces of this machine, each with a link of limited rate (docs/scaling.md).
# Requires root, iproute2 and openmpi-bin.
#   eng/network.sh RANKS RATE COMMAND...      RATE in the notation of tc (such as 1gbit), or none for no limit
# NETWORK_MPIRUN can add options of mpirun. The script sets three: without them, messages in both directions wait for each other on a
# full link and need twice the time.
set -euo pipefail
(($# >= 3)) || { sed -n '2,7s/^# \?//p' "$0" >&2; exit 2; }
ranks=$1 rate=$2
shift 2
name=fashionae$$
eager=(--mca btl_tcp_eager_limit 8388608 --mca btl_tcp_rndv_eager_limit 8388608 --mca btl_tcp_max_send_size 8388608)

remove() {
    local i
    for ((i = 1; i <= ranks; i++)); do ip netns del "$name-$i" 2>/dev/null || true; done
    ip link del "br$$" 2>/dev/null || true
    rm -f "$agent"
}
agent=$(mktemp)
trap remove EXIT

limit() { [[ $rate == none ]] || "$@" root tbf rate "$rate" burst 512kb latency 100ms; }
ip link add "br$$" type bridge
ip link set "br$$" up
hosts=''
for ((i = 1; i <= ranks; i++)); do
    host=(ip netns exec "$name-$i")
    ip netns add "$name-$i"
    ip link add "in$$-$i" type veth peer name "out$$-$i"
    ip link set "in$$-$i" netns "$name-$i"
    ip link set "out$$-$i" master "br$$" up
    "${host[@]}" ip addr add "10.99.0.$i/24" dev "in$$-$i"
    "${host[@]}" ip link set "in$$-$i" up
    "${host[@]}" ip link set lo up
    limit "${host[@]}" tc qdisc add dev "in$$-$i"
    limit tc qdisc add dev "out$$-$i"
    hosts+=${hosts:+,}10.99.0.$i:1
done

# mpirun starts its daemons with this script instead of ssh. Each host needs a different name, or ranks would use shared memory.
cat >"$agent" <<AGENT
#!/usr/bin/env bash
host=$name-\${1##*.}
shift
exec ip netns exec "\$host" unshare --uts bash -c "hostname \$host; \$*"
AGENT
chmod +x "$agent"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
ip netns exec "$name-1" unshare --uts bash -c 'hostname "$0"; "$@"' "$name-1" \
    mpirun --host "$hosts" -np "$ranks" --bind-to none --mca plm_rsh_agent "$agent" --mca btl self,tcp \
    --mca btl_tcp_if_include 10.99.0.0/24 --mca oob_tcp_if_include 10.99.0.0/24 "${eager[@]}" ${NETWORK_MPIRUN:-} \
    -x OMP_NUM_THREADS=1 -x TERM=dumb "$@"
