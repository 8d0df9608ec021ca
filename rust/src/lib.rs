//! The official wasmtime C API and the little it lacks, and sled, in one static library.
pub use wasmtime_c_api::*;

mod config;
mod limiter;
mod sled_store;
