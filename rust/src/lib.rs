//! The official wasmtime C API, the few functions that it lacks, sled, and zero knowledge, in one static library.
pub use wasmtime_c_api::*;

mod config;
mod limiter;
mod sled_store;
mod slice;
mod zk;
