// A Rust guest that verifies: `check_proof CHALLENGE` reads a zero-knowledge proof from standard input and reports
// whether it holds and answers that challenge. It needs the grant `zk`, the read parameter:zk_keys, and mana for the
// fee.
use std::io::Read;

mod icn;

fn check(challenge: &str) -> Result<bool, String> {
    let mut proof = String::new();
    std::io::stdin().take(16_384).read_to_string(&mut proof).map_err(|error| error.to_string())?;
    // The proof's text is canonical where it counts: hexadecimal digits have one form.
    if !proof.contains(&format!("\"challenge\":\"{challenge}\"")) {
        return Err("another challenge".into());
    }
    match unsafe { icn::host_verify_zk_proof(proof.as_ptr(), proof.len()) } {
        0 => Ok(false),
        1 => Ok(true),
        error => Err(format!("error {error}")),
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, challenge] = args.as_slice() else {
        eprintln!("usage: check_proof CHALLENGE");
        std::process::exit(2);
    };
    match check(challenge) {
        Ok(true) => println!("holds"),
        Ok(false) => {
            println!("does not hold");
            std::process::exit(1);
        }
        Err(error) => {
            eprintln!("check_proof: {error}");
            std::process::exit(1);
        }
    }
}
