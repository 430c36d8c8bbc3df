#!/usr/bin/env bash
# Makes page/vendor/: what the pages load of others, and its licences. core.js is all that the booking
# page needs; preact.js is core.js with hooks and components that follow signals, for the planner's.
# Run it after `npm ci` where a version in package.json has changed; CI compares.
set -euo pipefail
cd "$(dirname "$0")"
to=${1:-page/vendor}
mkdir -p "$to"
bundle() {
    node_modules/.bin/esbuild --bundle --minify --format=esm --target=es2022 --log-level=warning \
        --banner:js="/* $1; MIT, see LICENSES. Made by ../../vendor.sh */" "${@:2}"
}
bundle 'preact, @preact/signals-core' --outfile="$to/core.js" <<'END'
export { Component, createElement, Fragment, h, isValidElement, options, render } from 'preact';
export { batch, computed, effect, Signal, signal, untracked } from '@preact/signals-core';
END
bundle 'preact/hooks, @preact/signals' --outfile="$to/preact.js" \
    --alias:preact=./core.js --alias:@preact/signals-core=./core.js --external:./core.js \
    --alias:preact/hooks="$PWD/node_modules/preact/hooks/dist/hooks.mjs" <<'END'
export { batch, computed, effect, Fragment, h, render, signal, untracked } from './core.js';
export { useEffect, useRef } from 'preact/hooks';
export { useSignal } from '@preact/signals';
END
# Names that it imports and does not use: core.js is smaller without them.
sed -i -E 's/(action|createModel) as [A-Za-z0-9_$]+,//g' "$to/preact.js"
for package in preact @preact/signals @preact/signals-core; do
    printf '%s %s\n\n' "$package" "$(node -p "require('./node_modules/$package/package.json').version")"
    cat "node_modules/$package/LICENSE"
    printf '\n'
done >"$to/LICENSES"
