//! The circuits of the statements. Their numbers are those of the table in C++; a change of a circuit is another
//! version of its statement, with another number.
//!
//! What a credential holds is committed as chain(tag, holder, issuer, value, salt); its issuer signs the commitment, or
//! the root of a tree over commitments. Values and bounds are below 2⁶⁴: C++ writes no others as inputs.
use ark_bn254::Fr;
use ark_ff::{PrimeField, Zero};

use crate::zk::circuit::{Circuit, Linear};
use crate::zk::gadgets::{bits, hash, merkle};

pub enum Shape {
    /// Inputs: commitment, holder, issuer, min, max, challenge. Private: value, salt.
    ValueInRange,
    /// Inputs: root, holder, issuer, challenge. Private: value, salt, index, siblings.
    BelowRoot,
    /// Inputs: commitment, root, holder, issuer, challenge. Private: value, salt, low, high, index, siblings. The
    /// tree is over the gaps between the values that the issuer has revoked.
    InGap,
}

/// By number: the shape, and the tag of the commitment.
const STATEMENTS: [(Shape, u64); 6] = [
    (Shape::ValueInRange, 0x0101),
    (Shape::BelowRoot, 0x0102),
    (Shape::ValueInRange, 0x0103),
    (Shape::ValueInRange, 0x0104),
    (Shape::ValueInRange, 0x0105),
    (Shape::InGap, 0x0106),
];

/// First element of the chain of a gap (tag, low, high).
pub const GAP_TAG: u64 = 0x0201;

impl Shape {
    pub fn inputs(&self) -> usize {
        match self {
            Shape::ValueInRange => 6,
            Shape::BelowRoot => 4,
            Shape::InGap => 5,
        }
    }

    fn private(&self) -> usize {
        match self {
            Shape::ValueInRange => 2,
            Shape::BelowRoot => 3 + merkle::DEPTH,
            Shape::InGap => 5 + merkle::DEPTH,
        }
    }
}

pub fn inputs_of(number: usize) -> Option<usize> {
    STATEMENTS.get(number).map(|(shape, _)| shape.inputs())
}

fn path(index: Fr, siblings: &[Fr]) -> merkle::Path {
    merkle::Path { index: index.into_bigint().0[0], siblings: siblings.try_into().expect("counted before") }
}

/// The circuit with its values; rows depend on the number only. None: no such statement, or other numbers of values.
pub fn build(number: usize, inputs: &[Fr], private: &[Fr]) -> Option<Circuit> {
    let (shape, tag) = STATEMENTS.get(number)?;
    if inputs.len() != shape.inputs() || private.len() != shape.private() {
        return None;
    }
    let mut circuit = Circuit::new(inputs);
    let tag = Linear::constant(Fr::from(*tag));
    let value = circuit.private(private[0]);
    let salt = circuit.private(private[1]);
    let input = |at: usize, circuit: &Circuit| circuit.input(at);
    let holder_at = if matches!(shape, Shape::InGap) { 2 } else { 1 };
    let (holder, issuer) = (input(holder_at, &circuit), input(holder_at + 1, &circuit));
    let commitment = hash::chain(&mut circuit, &[tag, holder, issuer, value.clone(), salt]);
    let first = input(0, &circuit);
    match shape {
        Shape::ValueInRange => {
            circuit.enforce_equal(&commitment, &first);
            let (min, max) = (input(3, &circuit), input(4, &circuit));
            bits::enforce_at_most(&mut circuit, &min, &value);
            bits::enforce_at_most(&mut circuit, &value, &max);
        }
        Shape::BelowRoot => {
            merkle::enforce_below(&mut circuit, &commitment, &path(private[2], &private[3..]), &first);
        }
        Shape::InGap => {
            circuit.enforce_equal(&commitment, &first);
            let (low, high) = (circuit.private(private[2]), circuit.private(private[3]));
            let one = Linear::constant(Fr::from(1u64));
            bits::enforce_at_most(&mut circuit, &low.plus(Fr::from(1u64), &one), &value);
            bits::enforce_at_most(&mut circuit, &value.plus(Fr::from(1u64), &one), &high);
            let gap = hash::chain(&mut circuit, &[Linear::constant(Fr::from(GAP_TAG)), low, high]);
            let root = input(1, &circuit);
            merkle::enforce_below(&mut circuit, &gap, &path(private[4], &private[5..]), &root);
        }
    }
    // The challenge takes part in a row, so that no proof fits another one.
    let challenge = input(shape.inputs() - 1, &circuit);
    circuit.product(&challenge, &challenge);
    Some(circuit)
}

/// The rows of a circuit, with values that need not satisfy them.
pub fn rows(number: usize) -> Option<Circuit> {
    let (shape, _) = STATEMENTS.get(number)?;
    build(number, &vec![Fr::zero(); shape.inputs()], &vec![Fr::zero(); shape.private()])
}
