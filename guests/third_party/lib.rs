//! Empty: this package only names the crates whose C sources the guests are built from.
