//! Zero knowledge: circuits of the statements, Groth16 over BN254, and ranges by Bulletproofs.
//!
//! Everything is a function of its arguments: randomness comes from the caller as a seed. Bytes from outside are read
//! strictly: one encoding for each value, points on the curve and in their subgroup, never the identity.
mod abi;
mod circuit;
mod encoding;
mod gadgets;
mod groth16;
mod iden3;
mod poseidon;
mod ranges;
mod statements;
