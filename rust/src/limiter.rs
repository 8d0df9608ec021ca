//! A store limiter that counts denied growths and distinguishes a limit from a host that is out of memory.
//!
//! The C API's own limiter returns −1 to the guest in both cases and counts nothing: a receipt would then depend on the
//! free memory of the executor's machine.
use wasmtime_c_api::wasmtime::{Error, ResourceLimiter, Result, Store, format_err};
use wasmtime_c_api::{WasmtimeStoreData, wasmtime_store_t};

/// C++ fills it in and reads it after the run; must outlive the store.
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
    /// Growths within the limits that the host could not provide: the run is an infrastructure failure.
    pub host_failures: u64,
    /// Bytes that all linear memories of the store have now.
    pub memory_bytes: u64,
}

impl ResourceLimiter for IcnLimiter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        let total = self.memory_bytes.saturating_sub(current as u64).saturating_add(desired as u64);
        if total > self.memory_bytes_max {
            self.memory_growth_denied += 1;
            return Ok(false);
        }
        // Growth beyond the module's own maximum is refused here: the engine would report it as a failed growth.
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        self.memory_bytes = total;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, error: Error) -> Result<()> {
        self.host_failures += 1;
        Err(format_err!("the host could not serve a memory growth within the limit: {error}"))
    }

    fn table_growing(&mut self, _current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        if desired as u64 > self.table_elements_max {
            self.table_growth_denied += 1;
            return Ok(false);
        }
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        Ok(true)
    }

    fn table_grow_failed(&mut self, error: Error) -> Result<()> {
        self.host_failures += 1;
        Err(format_err!("the host could not serve a table growth within the limit: {error}"))
    }
}

/// Makes `limiter` the limiter of `store`.
///
/// # Safety
/// `store` is a live store of this library; `limiter` outlives it, and no other thread accesses it meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_store_limiter(store: *mut wasmtime_store_t, limiter: *mut IcnLimiter) {
    // `wasmtime_store_t` is repr(C) with this one field.
    const { assert!(size_of::<wasmtime_store_t>() == size_of::<Store<WasmtimeStoreData>>()) };
    // SAFETY: see above.
    let store = unsafe { &mut *store.cast::<Store<WasmtimeStoreData>>() };
    let address = limiter as usize;
    // SAFETY: the counters outlive the store. One thread at a time uses both; C++ hands them over together. Nothing is
    // allocated here, so nothing leaks when the store is deleted.
    store.limiter(move |_| unsafe { &mut *(address as *mut IcnLimiter) });
}
