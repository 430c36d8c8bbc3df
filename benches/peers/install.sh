#!/usr/bin/env bash
# Installs the peers, at fixed versions, into a virtual environment beside this script.
set -euo pipefail
cd "$(dirname "$0")"

python3 -m venv .venv
.venv/bin/pip install --quiet --requirement requirements.txt
.venv/bin/python -c 'import highspy; print("HiGHS", highspy.Highs().version())'
.venv/bin/python -c 'import ortools; print("OR-Tools", ortools.__version__)'
.venv/bin/python -c 'from importlib.metadata import version; print("SimPy", version("simpy"), "Ciw", version("ciw"))'
cargo fetch --locked --manifest-path simrs/Cargo.toml
