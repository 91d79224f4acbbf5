#!/usr/bin/env bash
# Builds and tests the Swift package from a checkout:
#
#     ffi/swift/build-and-test.sh LIBRARY [SWIFT TEST ARGUMENTS…]
#
# LIBRARY is the native library for this machine, libcloudconvert_uniffi.so or .dylib, as `cargo xtask native` builds it.
# CLOUDCONVERT_SANDBOX holds the address (http://127.0.0.1:PORT) of a running sandbox that was started with --admin,
# CLOUDCONVERT_SANDBOX_KEY and CLOUDCONVERT_SANDBOX_ADMIN_KEY its keys.
set -euo pipefail

library=${1:?"usage: build-and-test.sh LIBRARY"}
shift
: "${CLOUDCONVERT_SANDBOX:?"set it to the address of a sandbox, such as http://127.0.0.1:8000"}"
: "${CLOUDCONVERT_SANDBOX_KEY:?"set it to a key that the sandbox takes"}"
: "${CLOUDCONVERT_SANDBOX_ADMIN_KEY:?"set it to the key of the sandbox's /_admin"}"

if [ ! -f "$library" ]; then
  echo "there is no library $library" >&2
  exit 2
fi
folder=$(cd "$(dirname "$library")" && pwd)
cd "$(dirname "$0")"

# Where the linker finds the library, and where the programs that were built do.
flags=(-Xlinker "-L$folder" -Xlinker -rpath -Xlinker "$folder")
export LD_LIBRARY_PATH="$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"

swift --version
# A warning is a mistake.
swift build "${flags[@]}" -Xswiftc -warnings-as-errors
swift test "${flags[@]}" -Xswiftc -warnings-as-errors "$@"

# The example, as a user runs it, with version 2 of the API.
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
CLOUDCONVERT_BASE_URL="$CLOUDCONVERT_SANDBOX/v2" CLOUDCONVERT_API_KEY="$CLOUDCONVERT_SANDBOX_KEY" \
  swift run "${flags[@]}" -Xswiftc -warnings-as-errors convert ../../npm/examples/demo/sample.png "$output/picture.jpg"
test -s "$output/picture.jpg"
echo "all holds"
