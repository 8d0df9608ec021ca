//! Zero knowledge behind a C ABI. Every function is pure and may be called from any thread; a pointer that it takes is
//! read during the call only. Sizes are checked before anything is allocated for them.
use std::ffi::c_void;
use std::slice;

use ark_bn254::Fr;

use crate::slice::IcnSlice;
use crate::zk::encoding::{FIELD_BYTES, element_bytes, fields};
use crate::zk::gadgets::merkle;
use crate::zk::groth16::{self, Key, Proved};
use crate::zk::{iden3, poseidon, ranges, statements};

/// Receives an answer; does not unwind. Not called unless the function returns 1.
pub type IcnZkVisit = extern "C" fn(context: *mut c_void, bytes: IcnSlice);

pub type Bytes32 = [u8; 32];

/// Answers of the functions: it does not hold, it holds, or the arguments are malformed.
const NO: u8 = 0;
const YES: u8 = 1;
const MALFORMED: u8 = 2;

const ELEMENTS_MAX: usize = 64;
const LEAVES_MAX: usize = 1 << merkle::DEPTH;
const PROOFS_MAX: usize = 1_024;
const CEREMONY_BYTES_MAX: usize = 256 * 1024 * 1024;

fn some_fields(bytes: &[u8], most: usize) -> Option<Vec<Fr>> {
    if bytes.len() > most * FIELD_BYTES { None } else { fields(bytes) }
}

fn yes(held: bool) -> u8 {
    if held { YES } else { NO }
}

/// Writes the hash of a list of 1 to 64 elements of 32 bytes.
///
/// # Safety
/// `elements` is readable, `out` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_hash(elements: IcnSlice, out: *mut Bytes32) -> u8 {
    // SAFETY: see above.
    let (elements, out) = unsafe { (elements.bytes(), &mut *out) };
    match some_fields(elements, ELEMENTS_MAX) {
        Some(elements) if !elements.is_empty() => {
            *out = element_bytes(&poseidon::chain(&elements));
            YES
        }
        _ => MALFORMED,
    }
}

/// Passes the root over leaves of 32 bytes and the siblings of one of them, from the leaf upwards.
///
/// # Safety
/// `leaves` is readable; `visit` may be called with `context`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_tree(leaves: IcnSlice, index: usize, visit: IcnZkVisit, context: *mut c_void) -> u8 {
    // SAFETY: see above.
    let Some(leaves) = some_fields(unsafe { leaves.bytes() }, LEAVES_MAX) else { return MALFORMED };
    let Some((root, path)) = merkle::tree(&leaves, index) else { return MALFORMED };
    let mut answer = element_bytes(&root).to_vec();
    answer.extend(path.siblings.iter().flat_map(element_bytes));
    visit(context, IcnSlice::of(&answer));
    YES
}

/// Number of public inputs of a statement; 0: there is no such statement.
#[unsafe(no_mangle)]
pub extern "C" fn icn_zk_inputs(statement: usize) -> usize {
    statements::inputs_of(statement).unwrap_or(0)
}

/// Number of rows of a statement's circuit; 0: there is no such statement.
#[unsafe(no_mangle)]
pub extern "C" fn icn_zk_rows(statement: usize) -> usize {
    statements::rows(statement).map_or(0, |circuit| circuit.rows.len())
}

/// Passes the proving key to `visit`, then the verifying key, both of secrets that follow from the seed.
///
/// # Safety
/// `seed` is readable; `visit` may be called with `context`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_set_up(
    statement: usize,
    seed: *const Bytes32,
    visit: IcnZkVisit,
    context: *mut c_void,
) -> u8 {
    // SAFETY: see above.
    let Some((proving, verifying)) = groth16::set_up(statement, unsafe { *seed }) else { return MALFORMED };
    visit(context, IcnSlice::of(&groth16::proving_key_bytes(&proving)));
    visit(context, IcnSlice::of(&groth16::verifying_key_bytes(&verifying)));
    YES
}

/// Reads a ceremony's last file (.zkey) and passes both keys as icn_zk_set_up() does.
///
/// # Safety
/// `file` is readable; `visit` may be called with `context`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_import(
    statement: usize,
    file: IcnSlice,
    visit: IcnZkVisit,
    context: *mut c_void,
) -> u8 {
    // SAFETY: see above.
    let file = unsafe { file.bytes() };
    let Some(circuit) = statements::rows(statement) else { return MALFORMED };
    if file.len() > CEREMONY_BYTES_MAX {
        return MALFORMED;
    }
    let Some(key) = iden3::zkey(file, &circuit) else { return MALFORMED };
    visit(context, IcnSlice::of(&groth16::proving_key_bytes(&key)));
    visit(context, IcnSlice::of(&groth16::verifying_key_bytes(&key.vk)));
    YES
}

/// Passes the statement's circuit as a file .r1cs.
///
/// # Safety
/// `visit` may be called with `context`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_circuit(statement: usize, visit: IcnZkVisit, context: *mut c_void) -> u8 {
    let Some(circuit) = statements::rows(statement) else { return MALFORMED };
    visit(context, IcnSlice::of(&iden3::r1cs(&circuit)));
    YES
}

/// Passes all values of a circuit as a file .wtns. 0: they do not satisfy the statement.
///
/// # Safety
/// `inputs` and `private` are readable; `visit` may be called with `context`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_values(
    statement: usize,
    inputs: IcnSlice,
    private: IcnSlice,
    visit: IcnZkVisit,
    context: *mut c_void,
) -> u8 {
    // SAFETY: see above.
    let (inputs, private) = unsafe { (inputs.bytes(), private.bytes()) };
    let (Some(inputs), Some(private)) = (some_fields(inputs, ELEMENTS_MAX), some_fields(private, ELEMENTS_MAX)) else {
        return MALFORMED;
    };
    match statements::build(statement, &inputs, &private) {
        Some(circuit) if circuit.is_satisfied() => {
            visit(context, IcnSlice::of(&iden3::wtns(&circuit)));
            YES
        }
        Some(_) => NO,
        None => MALFORMED,
    }
}

/// Passes a proof. 0: the values do not satisfy the statement. Same arguments, same proof: the seed must be secret and
/// used once, or the proof hides nothing.
///
/// # Safety
/// `key` is a proving key of this library, unchanged: its points are not checked. All arguments are readable; `visit`
/// may be called with `context`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_prove(
    statement: usize,
    key: IcnSlice,
    inputs: IcnSlice,
    private: IcnSlice,
    seed: *const Bytes32,
    visit: IcnZkVisit,
    context: *mut c_void,
) -> u8 {
    // SAFETY: see above.
    let (key, inputs, private, seed) = unsafe { (key.bytes(), inputs.bytes(), private.bytes(), *seed) };
    let (Some(inputs), Some(private)) = (some_fields(inputs, ELEMENTS_MAX), some_fields(private, ELEMENTS_MAX)) else {
        return MALFORMED;
    };
    let Some(key) = groth16::proving_key(key) else { return MALFORMED };
    match groth16::prove(statement, &key, &inputs, &private, seed) {
        Proved::Proof(proof) => {
            visit(context, IcnSlice::of(&proof));
            YES
        }
        Proved::False => NO,
        Proved::Malformed => MALFORMED,
    }
}

/// Null: not a verifying key for that number of inputs.
///
/// # Safety
/// `bytes` is readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_key_new(bytes: IcnSlice, inputs: usize) -> *mut Key {
    // SAFETY: see above.
    let bytes = unsafe { bytes.bytes() };
    if inputs > ELEMENTS_MAX {
        return std::ptr::null_mut();
    }
    Key::prepare(bytes, inputs).map_or(std::ptr::null_mut(), |key| Box::into_raw(Box::new(key)))
}

/// # Safety
/// `key` came from icn_zk_key_new() and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_key_delete(key: *mut Key) {
    // SAFETY: see above.
    drop(unsafe { Box::from_raw(key) });
}

fn read_proof(key: &Key, proof: &[u8], inputs: &[u8]) -> Option<(ark_groth16::Proof<ark_bn254::Bn254>, Vec<Fr>)> {
    let inputs = some_fields(inputs, ELEMENTS_MAX)?;
    (inputs.len() == key.inputs()).then_some((groth16::proof(proof)?, inputs))
}

/// # Safety
/// `key` came from icn_zk_key_new(); the other arguments are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_verify(key: *const Key, proof: IcnSlice, inputs: IcnSlice) -> u8 {
    // SAFETY: see above.
    let (key, proof, inputs) = unsafe { (&*key, proof.bytes(), inputs.bytes()) };
    match read_proof(key, proof, inputs) {
        Some((proof, inputs)) => yes(key.verify(&proof, &inputs)),
        None => MALFORMED,
    }
}

/// A proof and its inputs.
#[repr(C)]
pub struct IcnZkProof {
    pub proof: IcnSlice,
    pub inputs: IcnSlice,
}

/// Whether all of up to 1,024 proofs hold. The provers do not know the seed.
///
/// # Safety
/// `key` came from icn_zk_key_new(); `proofs` points to `count` readable proofs; `seed` is readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_verify_all(
    key: *const Key,
    proofs: *const IcnZkProof,
    count: usize,
    seed: *const Bytes32,
) -> u8 {
    if count == 0 || count > PROOFS_MAX {
        return MALFORMED;
    }
    // SAFETY: see above.
    let (key, proofs, seed) = unsafe { (&*key, slice::from_raw_parts(proofs, count), *seed) };
    let read = proofs
        .iter()
        // SAFETY: see above.
        .map(|item| unsafe { read_proof(key, item.proof.bytes(), item.inputs.bytes()) })
        .collect::<Option<Vec<_>>>();
    match read {
        Some(all) => yes(key.verify_all(&all, seed)),
        None => MALFORMED,
    }
}

/// Writes a Pedersen commitment.
///
/// # Safety
/// `salt` is readable, `out` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_range_commit(value: u64, salt: *const Bytes32, out: *mut Bytes32) {
    // SAFETY: see above.
    unsafe { *out = ranges::commit(value, &*salt) };
}

/// What a proof of a range is about: bytes that it is bound to, the commitment and the bounds.
#[repr(C)]
pub struct IcnZkRange {
    pub context: IcnSlice,
    pub min: u64,
    pub max: u64,
}

/// Passes a proof that the committed value is in the range. 0: it is not.
///
/// # Safety
/// All arguments are readable; `visit` may be called with `context`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_range_prove(
    range: *const IcnZkRange,
    value: u64,
    salt: *const Bytes32,
    seed: *const Bytes32,
    visit: IcnZkVisit,
    context: *mut c_void,
) -> u8 {
    // SAFETY: see above.
    let (range, salt, seed) = unsafe { (&*range, &*salt, *seed) };
    // SAFETY: see above.
    let about = unsafe { range.context.bytes() };
    match ranges::prove(about, value, salt, range.min, range.max, seed) {
        Some(proof) => {
            visit(context, IcnSlice::of(&proof));
            YES
        }
        None => NO,
    }
}

/// # Safety
/// All arguments are readable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_zk_range_verify(
    range: *const IcnZkRange,
    commitment: *const Bytes32,
    proof: IcnSlice,
    seed: *const Bytes32,
) -> u8 {
    // SAFETY: see above.
    let (range, commitment, proof, seed) = unsafe { (&*range, &*commitment, proof.bytes(), *seed) };
    // SAFETY: see above.
    let about = unsafe { range.context.bytes() };
    yes(ranges::verify(about, commitment, range.min, range.max, proof, seed))
}
