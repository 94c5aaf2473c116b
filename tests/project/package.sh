#!/usr/bin/env bash
# Packs the build, unpacks the package beside it, and uses the program, its examples, its manual and its completions from there.
# Usage: package.sh BUILD. Exit 77: not run, dpkg-deb or dpkg-shlibdeps is missing.
set -euo pipefail
build=$1
for tool in dpkg-deb dpkg-shlibdeps; do
  command -v $tool >/dev/null || { echo "not run: $tool is not installed (package dpkg-dev)"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cpack --config "$build/CPackConfig.cmake" -B "$work/pack" >cpack.log 2>&1 || { cat cpack.log; exit 1; }
package=$(echo "$work"/pack/penchant_*.deb)
dpkg-deb -I "$package" | tee info
dpkg-deb -c "$package" >contents
grep -q '^ Depends: .*libc6 .*libsundials-cvode' info
grep -q '^ Recommends: gnuplot-nox$' info
grep -q '^ Section: science$' info
grep -q '^ Maintainer: .' info
for path in bin/penchant share/man/man1/penchant.1 share/bash-completion/completions/penchant \
    share/zsh/vendor-completions/_penchant \
    share/fish/vendor_completions.d/penchant.fish share/penchant/examples/iris-margin.toml share/penchant/examples/data/iris.csv \
    share/doc/penchant/copyright; do
  grep -q " \./usr/$path$" contents || { echo "the package has no /usr/$path"; cat contents; exit 1; }
done
if grep -E '\./usr/(include|lib)' contents; then echo "the package has files of the library"; exit 1; fi
dpkg-deb -x "$package" root
root/usr/bin/penchant --version | grep -E '^penchant [0-9]+\.[0-9]+\.[0-9]+'
root/usr/bin/penchant run root/usr/share/penchant/examples/iris-margin.toml --out iris >verdict
grep -q '^  verdict    .*: agrees' verdict
[ -s iris/record.json ] && [ -s iris/report.html ]
root/usr/bin/penchant figure --list >figures  # from the package's own folder
grep -q '^kernel-to-rich ' figures
root/usr/bin/penchant man | cmp - root/usr/share/man/man1/penchant.1
bash -c 'source root/usr/share/bash-completion/completions/penchant && complete -p penchant' >/dev/null
