// A Rust guest that credits: `reward DID MANA` credits a member out of the scope's treasury. It needs the grant
// `treasury`, and the scope must have made the job's submitter a delegate of the treasury. The mana moves when the job
// settles.
mod icn;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (Some(account), Some(Ok(mana))) = (args.get(1), args.get(2).map(|text| text.parse::<i64>())) else {
        eprintln!("usage: reward DID MANA");
        std::process::exit(2);
    };
    let answer = unsafe { icn::host_account_credit_mana(account.as_ptr(), account.len(), mana) };
    if answer < 0 {
        eprintln!("reward: error {answer}");
        std::process::exit(1);
    }
}
