//! Files and conventions of circom and snarkjs: the circuit (.r1cs), its values (.wtns), the keys of a ceremony
//! (.zkey), and the reduction that those keys are made for. So a ceremony is run, and its transcript checked, with
//! snarkjs.
use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ff::{BigInteger, BigInteger256, PrimeField};
use ark_groth16::r1cs_to_qap::{LibsnarkReduction, R1CSToQAP, evaluate_constraint};
use ark_groth16::{ProvingKey, VerifyingKey};
use ark_poly::EvaluationDomain;
use ark_relations::gr1cs::{ConstraintSystemRef, Matrix, SynthesisError};

use crate::zk::circuit::{Circuit, Terms};
use crate::zk::encoding::element_bytes;

/// As LibsnarkReduction, but the quotient is evaluated between the roots of unity and given by those values.
pub struct Iden3Reduction;

type Instance<F> = (Vec<F>, Vec<F>, Vec<F>, F, usize, usize);

impl R1CSToQAP for Iden3Reduction {
    fn instance_map_with_evaluation<F: PrimeField, D: EvaluationDomain<F>>(
        system: ConstraintSystemRef<F>,
        at: &F,
    ) -> Result<Instance<F>, SynthesisError> {
        LibsnarkReduction::instance_map_with_evaluation::<F, D>(system, at)
    }

    fn witness_map_from_matrices<F: PrimeField, D: EvaluationDomain<F>>(
        matrices: &[Matrix<F>],
        inputs: usize,
        rows: usize,
        values: &[F],
    ) -> Result<Vec<F>, SynthesisError> {
        let domain = D::new(rows + inputs).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let mut sides: Vec<Vec<F>> = matrices[..2]
            .iter()
            .map(|matrix| {
                let mut side: Vec<F> = matrix.iter().map(|row| evaluate_constraint(row, values)).collect();
                side.resize(domain.size(), F::zero());
                side
            })
            .collect();
        sides[0][rows..rows + inputs].copy_from_slice(&values[..inputs]);
        let products = sides[0].iter().zip(&sides[1]).map(|(a, b)| *a * b).collect();
        sides.push(products);
        let between = D::new(2 * domain.size()).ok_or(SynthesisError::PolynomialDegreeTooLarge)?.element(1);
        for side in &mut sides {
            domain.ifft_in_place(side);
            D::distribute_powers(side, between);
            domain.fft_in_place(side);
        }
        let [a, b, c] = &sides[..] else { unreachable!("three sides") };
        Ok(a.iter().zip(b).zip(c).map(|((a, b), c)| *a * b - c).collect())
    }

    fn h_query_scalars<F: PrimeField, D: EvaluationDomain<F>>(
        max_power: usize,
        at: F,
        _: F,
        delta_inverse: F,
    ) -> Result<Vec<F>, SynthesisError> {
        let mut power = delta_inverse;
        let mut scalars: Vec<F> = (0..2 * max_power + 1)
            .map(|_| {
                let now = power;
                power *= at;
                now
            })
            .collect();
        let domain = D::new(scalars.len()).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        domain.ifft_in_place(&mut scalars);
        Ok(scalars.into_iter().skip(1).step_by(2).collect())
    }
}

fn section(kind: u32, content: &[u8], out: &mut Vec<u8>) {
    out.extend(kind.to_le_bytes());
    out.extend((content.len() as u64).to_le_bytes());
    out.extend(content);
}

fn put_u32(value: usize, out: &mut Vec<u8>) {
    out.extend(u32::try_from(value).expect("circuits are small").to_le_bytes());
}

fn put_field_header(out: &mut Vec<u8>) {
    put_u32(32, out);
    out.extend(Fr::MODULUS.to_bytes_le());
}

pub fn r1cs(circuit: &Circuit) -> Vec<u8> {
    let mut header = Vec::new();
    put_field_header(&mut header);
    let wires = circuit.values.len();
    for count in [wires, 0, circuit.inputs, wires - 1 - circuit.inputs] {
        put_u32(count, &mut header);
    }
    header.extend((wires as u64).to_le_bytes());
    put_u32(circuit.rows.len(), &mut header);
    let mut rows = Vec::new();
    let mut put_terms = |terms: &Terms| {
        put_u32(terms.len(), &mut rows);
        for (variable, factor) in terms {
            put_u32(*variable, &mut rows);
            rows.extend(element_bytes(factor));
        }
    };
    for row in &circuit.rows {
        put_terms(&row.a);
        put_terms(&row.b);
        put_terms(&row.c);
    }
    let labels: Vec<u8> = (0..wires as u64).flat_map(u64::to_le_bytes).collect();
    let mut file = b"r1cs".to_vec();
    put_u32(1, &mut file);
    put_u32(3, &mut file);
    section(1, &header, &mut file);
    section(2, &rows, &mut file);
    section(3, &labels, &mut file);
    file
}

pub fn wtns(circuit: &Circuit) -> Vec<u8> {
    let mut header = Vec::new();
    put_field_header(&mut header);
    put_u32(circuit.values.len(), &mut header);
    let values: Vec<u8> = circuit.values.iter().flat_map(element_bytes).collect();
    let mut file = b"wtns".to_vec();
    put_u32(2, &mut file);
    put_u32(2, &mut file);
    section(1, &header, &mut file);
    section(2, &values, &mut file);
    file
}

/// Reads the bytes of a section from the front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(front)
    }

    fn u32(&mut self) -> Option<usize> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?) as usize)
    }

    fn u64(&mut self) -> Option<usize> {
        usize::try_from(u64::from_le_bytes(self.take(8)?.try_into().ok()?)).ok()
    }

    /// In Montgomery form, below the modulus.
    fn coordinate(&mut self) -> Option<Fq> {
        let mut limbs = [0u64; 4];
        for limb in &mut limbs {
            *limb = u64::from_le_bytes(self.take(8)?.try_into().ok()?);
        }
        let raw = BigInteger256::new(limbs);
        (raw < Fq::MODULUS).then(|| Fq::new_unchecked(raw))
    }

    /// The identity is written as zeros.
    fn g1(&mut self) -> Option<G1Affine> {
        let (x, y) = (self.coordinate()?, self.coordinate()?);
        if x == Fq::from(0u64) && y == x {
            return Some(G1Affine::identity());
        }
        let point = G1Affine::new_unchecked(x, y);
        point.is_on_curve().then_some(point)
    }

    fn g2(&mut self) -> Option<G2Affine> {
        let x = Fq2::new(self.coordinate()?, self.coordinate()?);
        let y = Fq2::new(self.coordinate()?, self.coordinate()?);
        if x == Fq2::from(0u64) && y == x {
            return Some(G2Affine::identity());
        }
        let point = G2Affine::new_unchecked(x, y);
        (point.is_on_curve() && point.is_in_correct_subgroup_assuming_on_curve()).then_some(point)
    }

    fn many<P>(&mut self, count: usize, read: impl Fn(&mut Self) -> Option<P>) -> Option<Vec<P>> {
        let points = (0..count).map(|_| read(self)).collect::<Option<Vec<P>>>()?;
        self.0.is_empty().then_some(points)
    }
}

/// The proving key of a ceremony's last file. None: not such a file, or one for another circuit. That its contributions
/// lead to it is checked with `snarkjs zkey verify`.
pub fn zkey(file: &[u8], circuit: &Circuit) -> Option<ProvingKey<Bn254>> {
    let mut reader = Reader(file);
    if reader.take(4)? != b"zkey" || reader.u32()? != 1 {
        return None;
    }
    let count = reader.u32()?;
    let mut sections = std::collections::BTreeMap::new();
    for _ in 0..count.min(64) {
        let (kind, size) = (reader.u32()?, reader.u64()?);
        if sections.insert(kind, reader.take(size)?).is_some() {
            return None;
        }
    }
    let of = |kind: usize| sections.get(&kind).copied().map(Reader);
    if of(1)?.u32()? != 1 {
        return None;
    }
    let mut header = of(2)?;
    let base = Fq::MODULUS.to_bytes_le();
    let scalar = Fr::MODULUS.to_bytes_le();
    let is_bn254 = header.u32()? == 32 && header.take(32)? == base && header.u32()? == 32 && header.take(32)? == scalar;
    let (wires, inputs, domain) = (header.u32()?, header.u32()?, header.u32()?);
    let domain_wanted = (circuit.rows.len() + circuit.inputs + 1).next_power_of_two();
    if !is_bn254 || wires != circuit.values.len() || inputs != circuit.inputs || domain != domain_wanted {
        return None;
    }
    let (alpha_g1, beta_g1) = (header.g1()?, header.g1()?);
    let (beta_g2, gamma_g2) = (header.g2()?, header.g2()?);
    let (delta_g1, delta_g2) = (header.g1()?, header.g2()?);
    let vk = VerifyingKey { alpha_g1, beta_g2, gamma_g2, delta_g2, gamma_abc_g1: of(3)?.many(inputs + 1, Reader::g1)? };
    Some(ProvingKey {
        vk,
        beta_g1,
        delta_g1,
        a_query: of(5)?.many(wires, Reader::g1)?,
        b_g1_query: of(6)?.many(wires, Reader::g1)?,
        b_g2_query: of(7)?.many(wires, Reader::g2)?,
        h_query: of(9)?.many(domain, Reader::g1)?,
        l_query: of(8)?.many(wires - inputs - 1, Reader::g1)?,
    })
}
