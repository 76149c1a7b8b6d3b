// SPDX-License-Identifier: Apache-2.0

//! A node agent: admits the pod whose file it is given, says what it got, and lets it go again.
//!
//!     agent MACHINE LEDGER POD.yaml UID
//!
//!     rustc $(pkg-config --libs-only-L numa-hints) agent.rs

use std::ffi::{c_char, CStr, CString};
use std::ptr::{null, null_mut};

/// As numa_hints_options begins; what follows is zero, which means the default.
#[repr(C)]
struct Options {
    struct_size: usize,
    machine: *const c_char,
    config: *const c_char,
    kubelet_config: *const c_char,
    kubelet_args: *const c_char,
    ledger: *const c_char,
}

type Text = *mut c_char;

#[link(name = "numahints")]
unsafe extern "C" {
    fn numa_hints_open(options: *const Options, manager: *mut u64, error: *mut Text) -> i32;
    fn numa_hints_admit(manager: u64, pod: *const c_char, document: *mut Text, error: *mut Text) -> i32;
    fn numa_hints_release(
        manager: u64, uid: *const c_char, container: *const c_char, document: *mut Text, error: *mut Text,
    ) -> i32;
    fn numa_hints_close(manager: u64, error: *mut Text) -> i32;
    fn numa_hints_free(text: Text);
}

const REFUSED: i32 = 1;

/// Takes over a text that the library handed out.
fn take(text: Text) -> String {
    if text.is_null() {
        return String::new();
    }
    // The library ends its texts with a zero byte, and they are ours until they are given back.
    unsafe {
        let taken = CStr::from_ptr(text).to_string_lossy().into_owned();
        numa_hints_free(text);
        taken
    }
}

/// The document of a call, or the sentence that it failed with.
fn document(call: impl FnOnce(*mut Text, *mut Text) -> i32) -> Result<String, String> {
    let (mut document, mut error) = (null_mut(), null_mut());
    let status = call(&mut document, &mut error);
    let (document, error) = (take(document), take(error));
    if status > REFUSED { Err(error) } else { Ok(document) }
}

fn run(words: &[String]) -> Result<(), String> {
    let text = |word: &str| CString::new(word).map_err(|error| error.to_string());
    let (machine, ledger, uid) = (text(&words[1])?, text(&words[2])?, text(&words[4])?);
    let pod = text(&std::fs::read_to_string(&words[3]).map_err(|error| format!("{}: {error}", words[3]))?)?;
    let options = Options {
        struct_size: size_of::<Options>(),
        machine: machine.as_ptr(),
        config: null(),
        kubelet_config: null(),
        kubelet_args: null(),
        ledger: ledger.as_ptr(),
    };
    let mut manager = 0;
    // What is pointed to lives until the end of this function, and the library keeps none of it.
    unsafe {
        document(|_, error| numa_hints_open(&options, &mut manager, error))?;
        println!("{}", document(|text, error| numa_hints_admit(manager, pod.as_ptr(), text, error))?);
        println!("{}", document(|text, error| numa_hints_release(manager, uid.as_ptr(), null(), text, error))?);
        document(|_, error| numa_hints_close(manager, error))?;
    }
    Ok(())
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    if words.len() != 5 {
        eprintln!("agent: expected MACHINE LEDGER POD.yaml UID");
        std::process::exit(2);
    }
    if let Err(sentence) = run(&words) {
        eprintln!("agent: {sentence}");
        std::process::exit(1);
    }
}
