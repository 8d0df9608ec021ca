// A Rust guest: counts the letters of standard input, prints those that occur, and says on the job's log, through the
// host's own function, how many it read.
use std::collections::BTreeMap;
use std::io::Read;

mod icn;

fn main() {
    let mut text = String::new();
    if let Err(error) = std::io::stdin().read_to_string(&mut text) {
        eprintln!("letters: {error}");
        std::process::exit(1);
    }
    let mut counts: BTreeMap<char, u64> = BTreeMap::new();
    for letter in text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase) {
        *counts.entry(letter).or_default() += 1;
    }
    let said = format!("{} characters", text.chars().count());
    const INFO: u32 = 2;
    unsafe { icn::host_log_message(INFO, said.as_ptr(), said.len()) };
    for (letter, count) in counts {
        println!("{letter} {count}");
    }
}
