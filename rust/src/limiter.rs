//! A store limiter that counts denied growths and tells a limit from a host that is out of memory.
//!
//! The C API's own limiter answers −1 to the guest in both cases and counts nothing: a receipt would then depend on how
//! much memory the executor's machine has free.
use wasmtime_c_api::wasmtime::{Error, ResourceLimiter, Result, Store, format_err};
use wasmtime_c_api::{WasmtimeStoreData, wasmtime_store_t};

/// Filled by C++ and read by it after the run; must outlive the store.
#[repr(C)]
pub struct IcnLimiter {
    /// Bytes that all linear memories of the store may have together.
    pub memory_bytes_max: u64,
    /// Elements that one table may have.
    pub table_elements_max: u64,
    /// Growths refused because of `memory_bytes_max`.
    pub memory_growth_denied: u64,
    /// Growths refused because of `table_elements_max`.
    pub table_growth_denied: u64,
    /// Growths within the limits that the host could not serve: the run is an infrastructure failure.
    pub host_failures: u64,
    /// Bytes that all linear memories of the store have now.
    pub memory_bytes: u64,
}

struct Shim(*mut IcnLimiter);
// SAFETY: a store, its limiter and the counters are used by one thread at a time; C++ hands the store over as a whole.
unsafe impl Send for Shim {}
unsafe impl Sync for Shim {}

impl Shim {
    fn counters(&mut self) -> &mut IcnLimiter {
        // SAFETY: `icn_store_limiter` demands that the counters outlive the store.
        unsafe { &mut *self.0 }
    }
}

impl ResourceLimiter for Shim {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        let counters = self.counters();
        let total = counters.memory_bytes.saturating_sub(current as u64).saturating_add(desired as u64);
        if total > counters.memory_bytes_max {
            counters.memory_growth_denied += 1;
            return Ok(false);
        }
        counters.memory_bytes = total;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, error: Error) -> Result<()> {
        self.counters().host_failures += 1;
        Err(format_err!("the host could not serve a memory growth within the limit: {error}"))
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        let counters = self.counters();
        if desired as u64 > counters.table_elements_max {
            counters.table_growth_denied += 1;
            return Ok(false);
        }
        Ok(true)
    }

    fn table_grow_failed(&mut self, error: Error) -> Result<()> {
        self.counters().host_failures += 1;
        Err(format_err!("the host could not serve a table growth within the limit: {error}"))
    }
}

/// Makes `limiter` the limiter of `store`.
///
/// # Safety
/// `store` is a live store of this library; `limiter` outlives it and is touched by no other thread meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_store_limiter(store: *mut wasmtime_store_t, limiter: *mut IcnLimiter) {
    // `wasmtime_store_t` is repr(C) with this one field.
    const { assert!(size_of::<wasmtime_store_t>() == size_of::<Store<WasmtimeStoreData>>()) };
    // SAFETY: see above; the shim is owned by the closure, and so by the store.
    let store = unsafe { &mut *store.cast::<Store<WasmtimeStoreData>>() };
    let shim = Box::into_raw(Box::new(Shim(limiter))) as usize;
    store.limiter(move |_| unsafe { &mut *(shim as *mut Shim) });
}
