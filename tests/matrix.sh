# ./dev matrix: the tests in a Debian root of its own, so that the hosts most people run today are
# tried on any Debian. The root is kept and used again, and what it builds with it.
#
# shellcheck shell=sh

MATRIX_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/sightline/matrix

# The archive that this machine uses, so that a local mirror does.
# shellcheck disable=SC2016 # the dollars are apt's own
mirror() {
    have apt-get && apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' |
        sed -n 's/^Debian //p' | grep -v security | grep . || echo http://deb.debian.org/debian
}

# matrix_script SUITE: the debootstrap script to use; one that is older than the suite does as for sid.
matrix_script() {
    folder=${DEBOOTSTRAP_DIR:-/usr/share/debootstrap}/scripts
    [ -e "$folder/$1" ] && echo "$folder/$1" || echo "$folder/sid"
}

# The proxies that apt is configured with here, as lines of apt's configuration.
apt_proxies() {
    have apt-config || return 0
    apt-config dump | grep -i '^Acquire::https\?::Proxy ' || true
}

# copy_network_settings ROOT: names, proxies and certificate authorities of this machine.
copy_network_settings() {
    cp -L /etc/resolv.conf "$1/etc/resolv.conf"
    {
        # Testing's index is often past the date it carries when a mirror lags.
        echo 'Acquire::Check-Valid-Until "false";'
        echo 'APT::Install-Recommends "false";'
        apt_proxies
    } >"$1/etc/apt/apt.conf.d/90sightline"
    if [ -d /usr/local/share/ca-certificates ]; then
        mkdir -p "$1/usr/local/share"
        cp -R /usr/local/share/ca-certificates "$1/usr/local/share/"
        chroot "$1" update-ca-certificates >/dev/null
    fi
}

# make_root SUITE ROOT: under another name until it is whole.
make_root() {
    say "Making a root of Debian $1 in $2"
    rm -rf "$2" "$2.new"
    mkdir -p "$2.new"
    proxy=$(apt_proxies | sed -n 's/^[^"]*http::Proxy "\(.*\)";$/\1/p')
    quietly env ${proxy:+http_proxy="$proxy"} debootstrap --variant=minbase \
        --include=ca-certificates "$1" "$2.new" "$(mirror | head -n 1)" "$(matrix_script "$1")"
    mv "$2.new" "$2"
}

root_is_whole() {
    [ -d "$1" ] && [ -z "$(chroot "$1" dpkg --audit 2>&1)" ]
}

# copy_source ROOT: as it stands here, committed or not. The build folder of the last run stays.
copy_source() {
    mkdir -p "$1/srv/sightline-source"
    find "$1/srv/sightline-source" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
    tar -cf - --exclude=./build --exclude=./.git --exclude=./plugins/editor/runtime/bin . |
        tar -xf - -C "$1/srv/sightline-source"
}

# Forky's packages have a model server, which answers as the simulator never would.
needs_in() {
    case $1 in forky) echo server ;; esac
}

# shellcheck disable=SC2016 # expanded by the inner shell
# The mounts and the processes are in namespaces of their own, which end with the command however
# it ends: nothing stays mounted on this machine.
test_in_root() {
    unshare --mount --pid --fork --kill-child sh -eu -c '
        root=$1
        mount -t proc proc "$root/proc"
        mount --rbind /sys "$root/sys"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/tmp"
        mount -t tmpfs tmpfs "$root/run"
        cd "$root/srv/sightline-source"
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=dumb \
            SIGHTLINE_TEST_NEEDS="$2" chroot "$root" /srv/sightline-source/dev -y test
    ' sh "$1" "$2"
}

matrix() {
    suite=${1-trixie}
    case $suite in trixie | forky) ;; *) die "matrix: trixie or forky, not $suite" ;; esac
    [ "$(id -u)" -eq 0 ] || die "matrix: making a root needs root; run it as root, or with sudo"
    need matrix
    root=$MATRIX_CACHE/$suite
    root_is_whole "$root" || make_root "$suite" "$root"
    copy_network_settings "$root"
    copy_source "$root"
    say "Testing in Debian $suite"
    test_in_root "$root" "$(needs_in "$suite")"
}
