//! Parts of circuits, one file each.
pub mod bits;
pub mod hash;
pub mod merkle;
