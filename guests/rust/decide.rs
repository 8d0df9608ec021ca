// A Rust guest that governs: `decide NAME VALUE` proposes the change of a parameter, votes for it, closes the vote and
// executes it, in the name of the job's submitter. It needs the grant `govern`. What it asks for happens when the job
// settles; where other members vote too, the vote stays open for them.
mod icn;

// Whether the host's answer is a length or zero, not an error.
fn check(what: &str, answer: i64) -> Result<usize, String> {
    usize::try_from(answer).map_err(|_| format!("{what}: error {answer}"))
}

fn decide(name: &str, value: &str) -> Result<String, String> {
    let payload = format!(
        "{{\"proposal_type_str\":\"system_parameter_change\",\
         \"type_specific_payload\":\"[\\\"{name}\\\",\\\"{value}\\\"]\",\
         \"description\":\"{name} = {value}\",\"duration_secs\":60}}"
    );
    let length = check("propose", unsafe { icn::host_create_governance_proposal(payload.as_ptr(), payload.len()) })?;
    let mut id = vec![0; length];
    check("read the id", unsafe { icn::host_read_result(0, id.as_mut_ptr(), id.len()) }.into())?;
    let id = String::from_utf8(id).map_err(|error| error.to_string())?;
    let vote = format!("{{\"proposal_id_str\":\"{id}\",\"vote_option_str\":\"yes\"}}");
    unsafe {
        check("open", icn::host_open_governance_voting(id.as_ptr(), id.len()).into())?;
        check("vote", icn::host_cast_governance_vote(vote.as_ptr(), vote.len()).into())?;
        check("close", icn::host_close_governance_proposal_voting(id.as_ptr(), id.len()))?;
        check("execute", icn::host_execute_governance_proposal(id.as_ptr(), id.len()).into())?;
    }
    Ok(id)
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, name, value] = args.as_slice() else {
        eprintln!("usage: decide NAME VALUE");
        std::process::exit(2);
    };
    match decide(name, value) {
        Ok(id) => println!("{id}"),
        Err(error) => {
            eprintln!("decide: {error}");
            std::process::exit(1);
        }
    }
}
