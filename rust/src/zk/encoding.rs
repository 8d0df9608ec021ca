//! Field elements and points as bytes: little-endian, of fixed length, one encoding for each value.
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ff::{BigInteger, PrimeField};

pub const FIELD_BYTES: usize = 32;
pub const G1_BYTES: usize = 64;
pub const G2_BYTES: usize = 128;

/// An element below the modulus.
pub fn element<F: PrimeField>(bytes: &[u8]) -> Option<F> {
    if bytes.len() != FIELD_BYTES {
        return None;
    }
    let value = F::from_le_bytes_mod_order(bytes);
    (element_bytes(&value)[..] == *bytes).then_some(value)
}

pub fn element_bytes<F: PrimeField>(value: &F) -> [u8; FIELD_BYTES] {
    let bytes = value.into_bigint().to_bytes_le();
    bytes.try_into().expect("an element of these fields has 32 bytes")
}

pub fn fields(bytes: &[u8]) -> Option<Vec<Fr>> {
    if bytes.len() % FIELD_BYTES != 0 {
        return None;
    }
    bytes.chunks_exact(FIELD_BYTES).map(element).collect()
}

fn coordinates<const N: usize>(bytes: &[u8]) -> Option<[Fq; N]> {
    if bytes.len() != N * FIELD_BYTES {
        return None;
    }
    let mut all = [Fq::from(0u64); N];
    for (one, part) in all.iter_mut().zip(bytes.chunks_exact(FIELD_BYTES)) {
        *one = element(part)?;
    }
    Some(all)
}

/// x ‖ y of a point on the curve; the identity has no encoding. Every point of the curve is in the group.
pub fn g1(bytes: &[u8]) -> Option<G1Affine> {
    let [x, y] = coordinates(bytes)?;
    let point = G1Affine::new_unchecked(x, y);
    (bytes.iter().any(|byte| *byte != 0) && point.is_on_curve()).then_some(point)
}

/// x₀ ‖ x₁ ‖ y₀ ‖ y₁ of a point in the subgroup of prime order; the identity has no encoding.
pub fn g2(bytes: &[u8]) -> Option<G2Affine> {
    let [x0, x1, y0, y1] = coordinates(bytes)?;
    let point = G2Affine::new_unchecked(Fq2::new(x0, x1), Fq2::new(y0, y1));
    let is_point = bytes.iter().any(|byte| *byte != 0) && point.is_on_curve();
    (is_point && point.is_in_correct_subgroup_assuming_on_curve()).then_some(point)
}

pub fn put_g1(point: &G1Affine, out: &mut Vec<u8>) {
    out.extend(element_bytes(&point.x));
    out.extend(element_bytes(&point.y));
}

pub fn put_g2(point: &G2Affine, out: &mut Vec<u8>) {
    for coordinate in [point.x.c0, point.x.c1, point.y.c0, point.y.c1] {
        out.extend(element_bytes(&coordinate));
    }
}
