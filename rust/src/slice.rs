//! Bytes that a caller lends for the time of a call.
use std::slice;

/// Borrowed bytes; `data` may be null when `size` is 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IcnSlice {
    pub data: *const u8,
    pub size: usize,
}

impl IcnSlice {
    pub fn of(bytes: &[u8]) -> Self {
        Self { data: bytes.as_ptr(), size: bytes.len() }
    }

    /// # Safety
    /// `data` points to `size` bytes that live as long as the call.
    pub unsafe fn bytes<'a>(self) -> &'a [u8] {
        // SAFETY: see above.
        if self.size == 0 { &[] } else { unsafe { slice::from_raw_parts(self.data, self.size) } }
    }
}
