//! Figures, never timed asserts: B1 to B12 of docs/build/performance.md.
