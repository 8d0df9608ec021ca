//! Groth16 over BN254: keys, proofs, verification of one and of many.
use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{One, UniformRand, Zero};
use ark_groth16::{Groth16, PreparedVerifyingKey, Proof, ProvingKey, VerifyingKey, prepare_verifying_key};
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable,
};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::zk::circuit::{Circuit, Terms};
use crate::zk::encoding::{G1_BYTES, G2_BYTES, g1, g2, put_g1, put_g2};
use crate::zk::iden3::Iden3Reduction;
use crate::zk::statements;

type System = Groth16<Bn254, Iden3Reduction>;

pub const PROOF_BYTES: usize = 2 * G1_BYTES + G2_BYTES;

impl ConstraintSynthesizer<Fr> for &Circuit {
    fn generate_constraints(self, system: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let mut variables = Vec::with_capacity(self.values.len());
        for (at, value) in self.values.iter().enumerate() {
            variables.push(match at {
                0 => Variable::One,
                at if at <= self.inputs => system.new_input_variable(|| Ok(*value))?,
                _ => system.new_witness_variable(|| Ok(*value))?,
            });
        }
        let linear = |terms: &Terms| {
            LinearCombination(terms.iter().map(|(variable, factor)| (*factor, variables[*variable])).collect())
        };
        for row in &self.rows {
            system.enforce_r1cs_constraint(|| linear(&row.a), || linear(&row.b), || linear(&row.c))?;
        }
        Ok(())
    }
}

/// Makes both keys with secrets derived from the seed: the owner of the seed can prove everything.
pub fn set_up(number: usize, seed: [u8; 32]) -> Option<(ProvingKey<Bn254>, VerifyingKey<Bn254>)> {
    let circuit = statements::rows(number)?;
    let mut random = ChaCha20Rng::from_seed(seed);
    let key = System::generate_random_parameters_with_reduction(&circuit, &mut random).ok()?;
    let verifying = key.vk.clone();
    Some((key, verifying))
}

pub fn proving_key(bytes: &[u8]) -> Option<ProvingKey<Bn254>> {
    ProvingKey::deserialize_uncompressed_unchecked(bytes).ok()
}

pub fn proving_key_bytes(key: &ProvingKey<Bn254>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(key.uncompressed_size());
    key.serialize_uncompressed(&mut bytes).expect("memory takes every byte");
    bytes
}

/// alpha ‖ beta ‖ gamma ‖ delta ‖ one point of G1 for the constant and each input.
pub fn verifying_key(bytes: &[u8]) -> Option<VerifyingKey<Bn254>> {
    let (fixed, inputs) = bytes.split_at_checked(G1_BYTES + 3 * G2_BYTES)?;
    if inputs.is_empty() || inputs.len() % G1_BYTES != 0 {
        return None;
    }
    let (alpha, rest) = fixed.split_at(G1_BYTES);
    let mut second = rest.chunks_exact(G2_BYTES).map(g2);
    Some(VerifyingKey {
        alpha_g1: g1(alpha)?,
        beta_g2: second.next()??,
        gamma_g2: second.next()??,
        delta_g2: second.next()??,
        gamma_abc_g1: inputs.chunks_exact(G1_BYTES).map(g1).collect::<Option<_>>()?,
    })
}

pub fn verifying_key_bytes(key: &VerifyingKey<Bn254>) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_g1(&key.alpha_g1, &mut bytes);
    for point in [&key.beta_g2, &key.gamma_g2, &key.delta_g2] {
        put_g2(point, &mut bytes);
    }
    for point in &key.gamma_abc_g1 {
        put_g1(point, &mut bytes);
    }
    bytes
}

/// A · B · C
pub fn proof(bytes: &[u8]) -> Option<Proof<Bn254>> {
    if bytes.len() != PROOF_BYTES {
        return None;
    }
    let (a, rest) = bytes.split_at(G1_BYTES);
    let (b, c) = rest.split_at(G2_BYTES);
    Some(Proof { a: g1(a)?, b: g2(b)?, c: g1(c)? })
}

pub fn proof_bytes(proof: &Proof<Bn254>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(PROOF_BYTES);
    put_g1(&proof.a, &mut bytes);
    put_g2(&proof.b, &mut bytes);
    put_g1(&proof.c, &mut bytes);
    bytes
}

pub enum Proved {
    Proof(Vec<u8>),
    /// The values do not satisfy the statement.
    False,
    /// Not values or a key of the statement.
    Malformed,
}

pub fn prove(number: usize, key: &ProvingKey<Bn254>, inputs: &[Fr], private: &[Fr], seed: [u8; 32]) -> Proved {
    let Some(circuit) = statements::build(number, inputs, private) else { return Proved::Malformed };
    if !circuit.is_satisfied() {
        return Proved::False;
    }
    if key.vk.gamma_abc_g1.len() != circuit.inputs + 1 || key.a_query.len() != circuit.values.len() {
        return Proved::Malformed;
    }
    let mut random = ChaCha20Rng::from_seed(seed);
    let (r, s) = (Fr::rand(&mut random), Fr::rand(&mut random));
    match System::create_proof_with_reduction(&circuit, key, r, s) {
        Ok(proof) => Proved::Proof(proof_bytes(&proof)),
        Err(_) => Proved::Malformed,
    }
}

/// A verifying key with what every verification needs of it.
pub struct Key {
    prepared: PreparedVerifyingKey<Bn254>,
}

impl Key {
    /// None: not a key, or one for another number of inputs.
    pub fn prepare(bytes: &[u8], inputs: usize) -> Option<Self> {
        let key = verifying_key(bytes)?;
        (key.gamma_abc_g1.len() == inputs + 1).then(|| Self { prepared: prepare_verifying_key(&key) })
    }

    pub fn inputs(&self) -> usize {
        self.prepared.vk.gamma_abc_g1.len() - 1
    }

    pub fn verify(&self, proof: &Proof<Bn254>, inputs: &[Fr]) -> bool {
        System::verify_proof(&self.prepared, proof, inputs).unwrap_or(false)
    }

    /// Whether all proofs hold, by one product of pairings over a random combination of them. The seed is unknown to
    /// the provers; a false proof passes with a probability of 2⁻¹²⁸.
    pub fn verify_all(&self, proofs: &[(Proof<Bn254>, Vec<Fr>)], seed: [u8; 32]) -> bool {
        let key = &self.prepared.vk;
        let mut random = ChaCha20Rng::from_seed(seed);
        let mut sum_of_factors = Fr::zero();
        let mut inputs_sum = vec![Fr::zero(); key.gamma_abc_g1.len()];
        let mut c_sum = G1Projective::zero();
        let mut left: Vec<G1Affine> = Vec::with_capacity(proofs.len() + 3);
        let mut right: Vec<<Bn254 as Pairing>::G2Prepared> = Vec::with_capacity(proofs.len() + 3);
        let mut firsts = Vec::with_capacity(proofs.len());
        for (proof, inputs) in proofs {
            if inputs.len() + 1 != inputs_sum.len() {
                return false;
            }
            let limbs = [random.next_u64(), random.next_u64() | 1];
            let factor = Fr::from(u128::from(limbs[0]) | (u128::from(limbs[1]) << 64));
            sum_of_factors += factor;
            inputs_sum[0] += factor;
            for (sum, input) in inputs_sum[1..].iter_mut().zip(inputs) {
                *sum += factor * input;
            }
            firsts.push(proof.a.mul_bigint(limbs));
            c_sum += proof.c.mul_bigint(limbs);
            right.push(proof.b.into());
        }
        left.extend(G1Projective::normalize_batch(&firsts));
        let inputs_point: G1Projective =
            key.gamma_abc_g1.iter().zip(&inputs_sum).map(|(point, factor)| *point * factor).sum();
        left.push(inputs_point.into_affine());
        right.push(self.prepared.gamma_g2_neg_pc.clone());
        left.push(c_sum.into_affine());
        right.push(self.prepared.delta_g2_neg_pc.clone());
        left.push((-(key.alpha_g1 * sum_of_factors)).into_affine());
        right.push(G2Affine::into(key.beta_g2));
        Bn254::multi_pairing(left, right).0.is_one()
    }
}
