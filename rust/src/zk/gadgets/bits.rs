//! Numbers of 64 bits by their bits: the only way in which a circuit compares.
use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInteger, One, PrimeField, Zero};

use crate::zk::circuit::{Circuit, Linear};

const BITS: usize = 64;

/// A private variable that is 0 or 1.
pub fn boolean(circuit: &mut Circuit, value: bool) -> Linear {
    let bit = circuit.private(Fr::from(u64::from(value)));
    let one_less = bit.minus(&Linear::constant(Fr::one()));
    circuit.enforce(&bit, &one_less, &Linear::constant(Fr::zero()));
    bit
}

/// 0 ≤ number < 2⁶⁴.
pub fn enforce_u64(circuit: &mut Circuit, number: &Linear) {
    let value = number.value.into_bigint();
    let mut sum = Linear::constant(Fr::zero());
    let mut weight = Fr::one();
    for at in 0..BITS {
        let bit = boolean(circuit, value.get_bit(at));
        sum = sum.plus(weight, &bit);
        weight.double_in_place();
    }
    circuit.enforce_equal(&sum, number);
}

/// small ≤ large, if both are below 2⁶⁴ in the whole numbers: their difference then cannot wrap around the field.
pub fn enforce_at_most(circuit: &mut Circuit, small: &Linear, large: &Linear) {
    enforce_u64(circuit, &large.minus(small));
}
