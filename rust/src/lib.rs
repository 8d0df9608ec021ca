//! The official wasmtime C API, the few functions that it lacks, and sled, in one static library.
pub use wasmtime_c_api::*;

mod config;
mod limiter;
mod sled_store;
