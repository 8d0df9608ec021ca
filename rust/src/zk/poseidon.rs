//! Poseidon over BN254's scalar field as circomlib has it: width 3, S-box x⁵, 8 full and 57 partial rounds; constants
//! by the paper's Grain LFSR. The hash of two elements is the first element of the permutation of (0, a, b).
use std::sync::OnceLock;

use ark_bn254::Fr;
use ark_ff::{BigInteger256, Field, PrimeField, Zero};

pub const WIDTH: usize = 3;
pub const FULL_ROUNDS: usize = 8;
pub const PARTIAL_ROUNDS: usize = 57;
const ROUNDS: usize = FULL_ROUNDS + PARTIAL_ROUNDS;
const FIELD_BITS: usize = 254;

pub struct Parameters {
    pub constants: [[Fr; WIDTH]; ROUNDS],
    pub matrix: [[Fr; WIDTH]; WIDTH],
}

impl Parameters {
    /// The S-box of a partial round applies to the first element only.
    pub fn is_full(round: usize) -> bool {
        round < FULL_ROUNDS / 2 || round >= FULL_ROUNDS / 2 + PARTIAL_ROUNDS
    }
}

/// The generator of the constants: an LFSR of 80 bits whose output is thinned by every other bit.
struct Grain {
    state: [bool; 80],
    head: usize,
}

impl Grain {
    fn new() -> Self {
        let mut state = [true; 80];
        let mut at = 0;
        // A prime field (1 in 2 bits), the S-box x^alpha (0 in 4), then the sizes.
        for (value, bits) in [(1, 2), (0, 4), (FIELD_BITS, 12), (WIDTH, 12), (FULL_ROUNDS, 10), (PARTIAL_ROUNDS, 10)] {
            for bit in (0..bits).rev() {
                state[at] = (value >> bit) & 1 == 1;
                at += 1;
            }
        }
        let mut grain = Self { state, head: 0 };
        for _ in 0..160 {
            grain.step();
        }
        grain
    }

    fn step(&mut self) -> bool {
        let bit = [62, 51, 38, 23, 13, 0].iter().fold(false, |sum, tap| sum ^ self.state[(self.head + tap) % 80]);
        self.state[self.head] = bit;
        self.head = (self.head + 1) % 80;
        bit
    }

    fn bit(&mut self) -> bool {
        while !self.step() {
            self.step();
        }
        self.step()
    }

    /// 254 bits, the highest first.
    fn number(&mut self) -> BigInteger256 {
        let mut limbs = [0u64; 4];
        for at in (0..FIELD_BITS).rev() {
            limbs[at / 64] |= u64::from(self.bit()) << (at % 64);
        }
        BigInteger256::new(limbs)
    }

    fn below_modulus(&mut self) -> Fr {
        loop {
            if let Some(value) = Fr::from_bigint(self.number()) {
                return value;
            }
        }
    }

    fn reduced(&mut self) -> Fr {
        let number = self.number();
        let bytes: Vec<u8> = number.0.iter().flat_map(|limb| limb.to_le_bytes()).collect();
        Fr::from_le_bytes_mod_order(&bytes)
    }
}

pub fn parameters() -> &'static Parameters {
    static PARAMETERS: OnceLock<Parameters> = OnceLock::new();
    PARAMETERS.get_or_init(|| {
        let mut grain = Grain::new();
        let constants = std::array::from_fn(|_| std::array::from_fn(|_| grain.below_modulus()));
        // A Cauchy matrix.
        let xs: [Fr; WIDTH] = std::array::from_fn(|_| grain.reduced());
        let ys: [Fr; WIDTH] = std::array::from_fn(|_| grain.reduced());
        let matrix = xs.map(|x| ys.map(|y| (x + y).inverse().expect("the generator's first choice is invertible")));
        Parameters { constants, matrix }
    })
}

pub fn hash(left: Fr, right: Fr) -> Fr {
    let parameters = parameters();
    let mut state = [Fr::zero(), left, right];
    for (round, constants) in parameters.constants.iter().enumerate() {
        for (element, constant) in state.iter_mut().zip(constants) {
            *element += constant;
        }
        let boxes = if Parameters::is_full(round) { WIDTH } else { 1 };
        for element in &mut state[..boxes] {
            *element = element.square().square() * *element;
        }
        state = parameters.matrix.map(|row| row.iter().zip(&state).map(|(factor, element)| *factor * element).sum());
    }
    state[0]
}

/// The hash of a list: ((a₀, a₁), a₂), … . Lists of different meaning begin with different first elements.
pub fn chain(elements: &[Fr]) -> Fr {
    let (first, rest) = elements.split_first().expect("a list has an element");
    rest.iter().fold(*first, |sum, element| hash(sum, *element))
}
