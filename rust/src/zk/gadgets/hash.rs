//! Poseidon inside a circuit: three rows for each S-box.
use ark_bn254::Fr;
use ark_ff::Zero;

use crate::zk::circuit::{Circuit, Linear};
use crate::zk::poseidon::{self, WIDTH};

pub fn hash(circuit: &mut Circuit, left: &Linear, right: &Linear) -> Linear {
    let parameters = poseidon::parameters();
    let mut state = [Linear::constant(Fr::zero()), left.clone(), right.clone()];
    for (round, constants) in parameters.constants.iter().enumerate() {
        for (element, constant) in state.iter_mut().zip(constants) {
            *element = element.plus(*constant, &Linear::constant(Fr::from(1u64)));
        }
        let boxes = if poseidon::Parameters::is_full(round) { WIDTH } else { 1 };
        for element in &mut state[..boxes] {
            let square = circuit.product(element, element);
            let fourth = circuit.product(&square, &square);
            *element = circuit.product(&fourth, element);
        }
        state = parameters.matrix.map(|row| {
            row.iter()
                .zip(&state)
                .fold(Linear::constant(Fr::zero()), |sum, (factor, element)| sum.plus(*factor, element))
        });
    }
    let [first, ..] = state;
    // A variable of its own: what builds on it stays short.
    let digest = circuit.private(first.value);
    circuit.enforce_equal(&first, &digest);
    digest
}

/// As poseidon::chain().
pub fn chain(circuit: &mut Circuit, elements: &[Linear]) -> Linear {
    let (first, rest) = elements.split_first().expect("a list has an element");
    rest.iter().fold(first.clone(), |sum, element| hash(circuit, &sum, element))
}
