//! The crate sled behind a thin C ABI: one ordered tree of byte strings with atomic batches and a flush that is
//! durable.
//!
//! Callers pass and receive borrowed slices, valid during a call. Functions may be called from any thread.
use std::ffi::{OsStr, c_void};
use std::fs::{self, File};
use std::io;
use std::ops::Bound;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::slice;
use std::thread;
use std::time::{Duration, Instant};

use crate::slice::IcnSlice;

/// `erase` other than 0: the key is erased and `value` is ignored.
#[repr(C)]
pub struct IcnSledWrite {
    pub key: IcnSlice,
    pub value: IcnSlice,
    pub erase: u8,
}

/// The error, set by a function that fails; `text` is UTF-8, truncated to fit.
#[repr(C)]
pub struct IcnSledError {
    /// 1: input or output; 2: damage; 3: another format or a use that sled refuses; 4: a defect of sled.
    pub kind: u32,
    /// errno of kind 1; 0 if unknown.
    pub code: i32,
    pub size: usize,
    pub text: [u8; 400],
}

/// Called with each pair; returns 0 to stop. Does not unwind.
pub type IcnSledVisit = extern "C" fn(context: *mut c_void, key: IcnSlice, value: IcnSlice) -> u8;

pub struct IcnSled {
    tree: sled::Db,
    log: File,
    blobs: PathBuf,
}

impl IcnSled {
    fn open(path: &Path, cache_bytes: u64) -> sled::Result<Self> {
        let tree = sled::Config::new().path(path).cache_capacity(cache_bytes).flush_every_ms(None).open()?;
        let log = File::open(path.join("db"))?;
        let store = Self { tree, log, blobs: path.join("blobs") };
        store.flush()?;
        // The names of the files that sled created.
        File::open(path)?.sync_all()?;
        Ok(store)
    }

    /// sled itself only starts the writing (sync_file_range): neither the disk's cache nor the length of a file is
    /// durable after it, and the files that hold its large nodes are not synced at all.
    fn flush(&self) -> sled::Result<()> {
        self.tree.flush()?;
        if fs::read_dir(&self.blobs)?.next().is_none() {
            self.log.sync_all()?;
            return Ok(());
        }
        // SAFETY: the descriptor is open.
        if unsafe { libc::syncfs(self.log.as_raw_fd()) } != 0 {
            return Err(io::Error::last_os_error().into());
        }
        Ok(())
    }

    /// sled's threads may keep its files and its lock on them briefly after it is dropped: waits for them, 60 s at
    /// most. After a failed write only 2 s: sled leaves a buffer without an owner when the file of a large node cannot
    /// be written, and then waits for it forever. It is dropped on a thread, which a waiting sled keeps.
    fn close(self, failed: bool) {
        let tree = self.tree;
        let dropping = thread::Builder::new().name("sled-close".into()).spawn(move || drop(tree));
        let patience = Duration::from_secs(if failed { 2 } else { 60 });
        let since = Instant::now();
        while self.log.try_lock().is_err() && since.elapsed() < patience {
            thread::sleep(Duration::from_millis(1));
        }
        if let Ok(dropping) = dropping && dropping.is_finished() {
            let _ = dropping.join();
        }
    }

    fn apply(&self, writes: &[IcnSledWrite]) -> sled::Result<()> {
        let mut batch = sled::Batch::default();
        for write in writes {
            // SAFETY: the caller of icn_sled_apply() keeps them alive during its call.
            let (key, value) = unsafe { (write.key.bytes(), write.value.bytes()) };
            if write.erase != 0 {
                batch.remove(key);
            } else {
                batch.insert(key, value);
            }
        }
        self.tree.apply_batch(batch)
    }

    fn scan(&self, begin: &[u8], end: &[u8], mut visit: impl FnMut(&[u8], &[u8]) -> bool) -> sled::Result<()> {
        let upper = if end.is_empty() { Bound::Unbounded } else { Bound::Excluded(end) };
        for pair in self.tree.range::<&[u8], _>((Bound::Included(begin), upper)) {
            let (key, value) = pair?;
            if !visit(&key, &value) {
                break;
            }
        }
        Ok(())
    }
}

fn answer(result: sled::Result<()>, error: *mut IcnSledError) -> u8 {
    let Err(failure) = result else { return 1 };
    let (kind, code) = match &failure {
        sled::Error::Io(io) => (1, io.raw_os_error().unwrap_or(0)),
        sled::Error::Corruption { .. } => (2, 0),
        sled::Error::Unsupported(_) | sled::Error::CollectionNotFound(_) => (3, 0),
        sled::Error::ReportableBug(_) => (4, 0),
    };
    let text = failure.to_string();
    // SAFETY: the callers' contract: it points to a value that they own.
    let error = unsafe { &mut *error };
    error.kind = kind;
    error.code = code;
    error.size = text.floor_char_boundary(error.text.len());
    error.text[..error.size].copy_from_slice(&text.as_bytes()[..error.size]);
    0
}

/// Opens or creates the folder `path`. Null: it failed, and `error` says why.
///
/// # Safety
/// `path` is readable, `error` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_sled_open(path: IcnSlice, cache_bytes: u64, error: *mut IcnSledError) -> *mut IcnSled {
    // SAFETY: see above.
    let path = Path::new(OsStr::from_bytes(unsafe { path.bytes() }));
    match IcnSled::open(path, cache_bytes) {
        Ok(store) => Box::into_raw(Box::new(store)),
        Err(failure) => {
            answer(Err(failure), error);
            std::ptr::null_mut()
        }
    }
}

/// Closes the store; its folder can be opened again immediately. `failed` other than 0: a write or a flush failed; the
/// folder may stay locked until the process ends.
///
/// # Safety
/// `store` came from `icn_sled_open()`, is used by no other thread and not again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_sled_close(store: *mut IcnSled, failed: u8) {
    // SAFETY: see above.
    unsafe { Box::from_raw(store) }.close(failed != 0);
}

/// All writes in order, atomically; durable after `icn_sled_flush()`. 0: it failed.
///
/// # Safety
/// `store` is open; `writes` points to `count` writes; `error` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_sled_apply(
    store: *const IcnSled,
    writes: *const IcnSledWrite,
    count: usize,
    error: *mut IcnSledError,
) -> u8 {
    // SAFETY: see above.
    let (store, writes) = unsafe { (&*store, if count == 0 { &[] } else { slice::from_raw_parts(writes, count) }) };
    answer(store.apply(writes), error)
}

/// All earlier writes are durable when this returns 1.
///
/// # Safety
/// `store` is open; `error` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_sled_flush(store: *const IcnSled, error: *mut IcnSledError) -> u8 {
    // SAFETY: see above.
    answer(unsafe { &*store }.flush(), error)
}

/// Calls `visit` once with the pair under `key`, or not at all. 0: it failed.
///
/// # Safety
/// `store` is open; `key` is readable; `error` is writable; `visit` may be called with `context`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_sled_get(
    store: *const IcnSled,
    key: IcnSlice,
    visit: IcnSledVisit,
    context: *mut c_void,
    error: *mut IcnSledError,
) -> u8 {
    // SAFETY: see above.
    let (store, bytes) = unsafe { (&*store, key.bytes()) };
    answer(
        store.tree.get(bytes).map(|value| {
            if let Some(value) = value {
                visit(context, key, IcnSlice::of(&value));
            }
        }),
        error,
    )
}

/// Calls `visit` with each pair with begin ≤ key < end (an empty `end`: no upper bound), ascending. 0: it failed.
///
/// # Safety
/// `store` is open; `begin` and `end` are readable; `error` is writable; `visit` may be called with `context`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_sled_scan(
    store: *const IcnSled,
    begin: IcnSlice,
    end: IcnSlice,
    visit: IcnSledVisit,
    context: *mut c_void,
    error: *mut IcnSledError,
) -> u8 {
    // SAFETY: see above.
    let (store, begin, end) = unsafe { (&*store, begin.bytes(), end.bytes()) };
    answer(
        store.scan(begin, end, |key, value| visit(context, IcnSlice::of(key), IcnSlice::of(value)) != 0),
        error,
    )
}
