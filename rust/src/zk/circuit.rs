//! Rank-1 constraints with the values that satisfy them. Gadgets build on it; it knows nothing of a proof system.
use ark_bn254::Fr;
use ark_ff::{One, Zero};

/// Index of a variable: 0 is the constant one, then the public inputs, then the private ones.
pub type Variable = usize;
/// Sorted by variable, without zeros.
pub type Terms = Vec<(Variable, Fr)>;

/// A linear combination and its value.
#[derive(Clone)]
pub struct Linear {
    pub terms: Terms,
    pub value: Fr,
}

impl Linear {
    pub fn constant(value: Fr) -> Self {
        Self { terms: if value.is_zero() { Terms::new() } else { vec![(0, value)] }, value }
    }

    /// self + factor·other
    pub fn plus(&self, factor: Fr, other: &Self) -> Self {
        let mut terms = Terms::with_capacity(self.terms.len() + other.terms.len());
        let (mut left, mut right) = (self.terms.iter().peekable(), other.terms.iter().peekable());
        loop {
            let (variable, coefficient) = match (left.peek(), right.peek()) {
                (Some(a), Some(b)) if a.0 == b.0 => {
                    let sum = (a.0, a.1 + factor * b.1);
                    (left.next(), right.next());
                    sum
                }
                (Some(a), b) if b.is_none_or(|b| a.0 < b.0) => {
                    let same = **a;
                    left.next();
                    same
                }
                (_, Some(b)) => {
                    let scaled = (b.0, factor * b.1);
                    right.next();
                    scaled
                }
                _ => break,
            };
            if !coefficient.is_zero() {
                terms.push((variable, coefficient));
            }
        }
        Self { terms, value: self.value + factor * other.value }
    }

    pub fn minus(&self, other: &Self) -> Self {
        self.plus(-Fr::one(), other)
    }
}

/// a·b = c
pub struct Row {
    pub a: Terms,
    pub b: Terms,
    pub c: Terms,
}

#[derive(Default)]
pub struct Circuit {
    /// Of all variables, the constant one included.
    pub values: Vec<Fr>,
    /// Number of public inputs.
    pub inputs: usize,
    pub rows: Vec<Row>,
    satisfied: bool,
}

impl Circuit {
    pub fn new(inputs: &[Fr]) -> Self {
        let mut values = vec![Fr::one()];
        values.extend(inputs);
        Self { values, inputs: inputs.len(), rows: Vec::new(), satisfied: true }
    }

    pub fn input(&self, index: usize) -> Linear {
        self.variable(1 + index)
    }

    fn variable(&self, variable: Variable) -> Linear {
        Linear { terms: vec![(variable, Fr::one())], value: self.values[variable] }
    }

    pub fn private(&mut self, value: Fr) -> Linear {
        self.values.push(value);
        self.variable(self.values.len() - 1)
    }

    pub fn enforce(&mut self, a: &Linear, b: &Linear, c: &Linear) {
        self.satisfied &= a.value * b.value == c.value;
        self.rows.push(Row { a: a.terms.clone(), b: b.terms.clone(), c: c.terms.clone() });
    }

    pub fn enforce_equal(&mut self, a: &Linear, b: &Linear) {
        self.enforce(a, &Linear::constant(Fr::one()), b);
    }

    pub fn product(&mut self, a: &Linear, b: &Linear) -> Linear {
        let product = self.private(a.value * b.value);
        self.enforce(a, b, &product);
        product
    }

    /// Whether the values satisfy every row.
    pub fn is_satisfied(&self) -> bool {
        self.satisfied
    }
}
