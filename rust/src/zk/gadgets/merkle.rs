//! A leaf below a root: trees of one fixed depth, so that no inner node passes for a leaf.
use ark_bn254::Fr;
use ark_ff::Zero;

use crate::zk::circuit::{Circuit, Linear};
use crate::zk::gadgets::{bits, hash};

pub const DEPTH: usize = 20;

/// The siblings of the path to a leaf, from the leaf upwards; bit i of the index says that the node is on the right.
pub struct Path {
    pub index: u64,
    pub siblings: [Fr; DEPTH],
}

pub fn enforce_below(circuit: &mut Circuit, leaf: &Linear, path: &Path, root: &Linear) {
    let mut node = leaf.clone();
    for (level, sibling) in path.siblings.iter().enumerate() {
        let sibling = circuit.private(*sibling);
        let is_right = bits::boolean(circuit, (path.index >> level) & 1 == 1);
        // left = node + is_right·(sibling − node); right is the other one.
        let swap = circuit.product(&is_right, &sibling.minus(&node));
        let left = node.plus(Fr::from(1u64), &swap);
        let right = sibling.minus(&swap);
        node = hash::hash(circuit, &left, &right);
    }
    circuit.enforce_equal(&node, root);
}

/// The root over leaves, and the path to one of them. Places without a leaf hold zero. None: too many leaves, or no
/// such leaf.
pub fn tree(leaves: &[Fr], index: usize) -> Option<(Fr, Path)> {
    use crate::zk::poseidon;
    if leaves.len() > 1 << DEPTH || index >= leaves.len() {
        return None;
    }
    let mut siblings = [Fr::zero(); DEPTH];
    let mut level = leaves.to_vec();
    let mut empty = Fr::zero();
    for (height, sibling) in siblings.iter_mut().enumerate() {
        *sibling = level.get((index >> height) ^ 1).copied().unwrap_or(empty);
        level = level.chunks(2).map(|pair| poseidon::hash(pair[0], pair.get(1).copied().unwrap_or(empty))).collect();
        empty = poseidon::hash(empty, empty);
    }
    Some((level[0], Path { index: index as u64, siblings }))
}
