//! Ranges by Bulletproofs on ristretto255: without a set-up, against a Pedersen commitment that an issuer signs.
//!
//! min ≤ value ≤ max is two ranges of 64 bits in one proof: of value − min and of max − value, whose commitments follow
//! from that of the value.
use bulletproofs::{BulletproofGens, PedersenGens, RangeProof};
use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::scalar::Scalar;
use merlin::Transcript;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::sync::OnceLock;

const BITS: usize = 64;
pub const COMMITMENT_BYTES: usize = 32;
/// Of a proof about two values of 64 bits.
pub const PROOF_BYTES: usize = 32 * (9 + 2 * 7);

fn generators() -> &'static (BulletproofGens, PedersenGens) {
    static GENERATORS: OnceLock<(BulletproofGens, PedersenGens)> = OnceLock::new();
    GENERATORS.get_or_init(|| (BulletproofGens::new(BITS, 2), PedersenGens::default()))
}

/// The context is everything that the proof is about; a proof fits no other one.
fn transcript(context: &[u8], commitment: &[u8], min: u64, max: u64) -> Transcript {
    let mut transcript = Transcript::new(b"ICN-ZK-RANGE-v1");
    transcript.append_message(b"context", context);
    transcript.append_message(b"commitment", commitment);
    transcript.append_u64(b"min", min);
    transcript.append_u64(b"max", max);
    transcript
}

fn blinding(salt: &[u8; 32]) -> Scalar {
    Scalar::from_bytes_mod_order(*salt)
}

pub fn commit(value: u64, salt: &[u8; 32]) -> [u8; COMMITMENT_BYTES] {
    generators().1.commit(Scalar::from(value), blinding(salt)).compress().to_bytes()
}

/// None: the value is not in the range.
pub fn prove(context: &[u8], value: u64, salt: &[u8; 32], min: u64, max: u64, seed: [u8; 32]) -> Option<Vec<u8>> {
    let (above, below) = (value.checked_sub(min)?, max.checked_sub(value)?);
    let (generators, pedersen) = generators();
    let blinding = blinding(salt);
    let mut transcript = transcript(context, &commit(value, salt), min, max);
    let (proof, _) = RangeProof::prove_multiple_with_rng(
        generators,
        pedersen,
        &mut transcript,
        &[above, below],
        &[blinding, -blinding],
        BITS,
        &mut ChaCha20Rng::from_seed(seed),
    )
    .ok()?;
    Some(proof.to_bytes())
}

pub fn verify(
    context: &[u8],
    commitment: &[u8; COMMITMENT_BYTES],
    min: u64,
    max: u64,
    bytes: &[u8],
    seed: [u8; 32],
) -> bool {
    let (generators, pedersen) = generators();
    let Some(point) = CompressedRistretto(*commitment).decompress() else { return false };
    if min > max || bytes.len() != PROOF_BYTES {
        return false;
    }
    let Ok(proof) = RangeProof::from_bytes(bytes) else { return false };
    let above = point - Scalar::from(min) * pedersen.B;
    let below = Scalar::from(max) * pedersen.B - point;
    proof
        .verify_multiple_with_rng(
            generators,
            pedersen,
            &mut transcript(context, commitment, min, max),
            &[above.compress(), below.compress()],
            BITS,
            &mut ChaCha20Rng::from_seed(seed),
        )
        .is_ok()
}
