//! Instance families that the benchmarks share.
