//! Copies the C headers of the linked wasmtime to `target/include`, so that C++ includes exactly what it links.
use std::{env, fs, io, path::Path};

fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn main() {
    println!("cargo:rerun-if-env-changed=ICN_RUST_INCLUDE_OUT");
    println!("cargo:rerun-if-changed=build.rs");
    let include = env::var("DEP_WASMTIME_C_API_INCLUDE").expect("wasmtime-c-api-impl exports its include folder");
    if let Ok(out) = env::var("ICN_RUST_INCLUDE_OUT") {
        copy_tree(Path::new(&include), Path::new(&out)).expect("copy the wasmtime headers");
    }
}
