// SPDX-License-Identifier: Apache-2.0
//! A hint provider in Rust: the border to the host. Decisions and books are in `books`.
//!
//! Every pointer is lent for the call. The host calls one instance from one thread at a time.

mod abi;
mod books;

use abi::*;
use books::{Choice, Ledger, HOMES, IDS};
use core::ffi::{c_char, c_void, CStr};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::{null, null_mut};

const RESOURCE: &CStr = c"example.org/widget";
const ID: &CStr = c"org.example.widget";

struct Instance {
    table: Provider,
    claims: [*const c_char; 2],
    host: *const Host,
    ledger: Ledger,
}

/// A panic must not cross the border; it becomes a failure of the call.
fn guarded(call: impl FnOnce() -> Status) -> Status {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or(INTERNAL)
}

/// # Safety
/// The table is one that `create` made and `destroy` has not seen, and no other call runs.
unsafe fn instance<'a>(table: *const Provider) -> &'a mut Instance {
    &mut *((*table).data as *mut Instance)
}

/// # Safety
/// Lent by the host: NULL only if the count is 0.
unsafe fn list<'a, T>(first: *const T, count: usize) -> &'a [T] {
    if count == 0 { &[] } else { std::slice::from_raw_parts(first, count) }
}

unsafe fn bytes<'a>(text: *const c_char) -> &'a [u8] {
    CStr::from_ptr(text).to_bytes()
}

unsafe fn optional<'a>(text: *const c_char) -> Option<&'a [u8]> {
    if text.is_null() { None } else { Some(bytes(text)) }
}

/// The first 64 members; there are no widgets beyond.
unsafe fn word(set: &Bitset) -> u64 {
    list(set.words, set.word_count).first().copied().unwrap_or(0)
}

fn set(word: &u64) -> Bitset {
    Bitset { words: word, word_count: 1 }
}

unsafe fn amount(container: &Container) -> u64 {
    list(container.resources, container.resource_count)
        .iter()
        .find(|resource| bytes(resource.name) == RESOURCE.to_bytes())
        .map_or(0, |resource| resource.quantity)
}

/// What one container asks for, or all containers of a pod in sum, since no widget is reused.
unsafe fn need(request: &Request) -> u64 {
    match request.container.as_ref() {
        Some(container) => amount(container),
        None => list(request.containers, request.container_count)
            .iter()
            .fold(0, |sum: u64, container| sum.saturating_add(amount(&**container))),
    }
}

unsafe fn devices(pieces: *const *const Assignment, count: usize) -> Vec<usize> {
    let ids = list(pieces, count).iter().filter_map(|piece| optional((**piece).id));
    ids.filter_map(|id| IDS.iter().position(|own| own.to_bytes() == id)).collect()
}

extern "C" fn hints(table: *const Provider, request: *const Request, sink: *const HintSink) -> Status {
    guarded(|| unsafe {
        let (books, request) = (&instance(table).ledger.now, &*request);
        let need = need(request);
        if need == 0 {
            return OK;
        }
        let (pod, container) = (bytes(request.pod_uid), request.container.as_ref().map(|one| bytes(one.name)));
        let held: Vec<usize> = (0..IDS.len()).filter(|device| books.is_held(*device, pod, container)).collect();
        let pools: Vec<Pool> = [0, 2]
            .map(|first| Pool {
                nodes: set(&HOMES[first]),
                free: (first..first + 2).filter(|one| books.is_free(*one) || held.contains(one)).count() as u64,
                total: 2,
            })
            .into();
        let must_meet: Vec<Bitset> = held.iter().map(|device| set(&HOMES[*device])).collect();
        let universe = word(&request.candidate_nodes) & 3;
        let capacity = Capacity {
            struct_size: size_of::<Capacity>(),
            resource: RESOURCE.as_ptr(),
            need,
            universe: set(&universe),
            pools: pools.as_ptr(),
            pool_count: pools.len(),
            exact: null(),
            exact_count: 0,
            must_meet: must_meet.as_ptr(),
            must_meet_count: must_meet.len(),
            groups: null(),
            group_count: 0,
            joint: null(),
            flags: 0,
        };
        ((*sink).capacity)(sink, &capacity);
        OK
    })
}

extern "C" fn prepare(
    table: *const Provider,
    transaction: u64,
    request: *const Request,
    placement: *const Placement,
    sink: *const AssignmentSink,
) -> Status {
    guarded(|| unsafe {
        let (own, request, placement) = (instance(table), &*request, &*placement);
        let Some(container) = request.container.as_ref() else { return INVALID };
        let wanted = devices(placement.wanted, placement.wanted_count);
        let choice = Choice {
            pod: bytes(request.pod_uid),
            container: bytes(container.name),
            need: need(request).min(IDS.len() as u64 + 1) as usize,
            candidates: word(&request.candidate_nodes),
            affinity: word(&(*placement.affinity).nodes),
            wanted,
        };
        let chosen = own.ledger.now.choose(&choice);
        let is_all = choice.wanted.iter().all(|one| chosen.contains(one));
        if chosen.len() < choice.need || choice.wanted.len() < placement.wanted_count || !is_all {
            explain(own.host, &format!("{} of {} widgets can be given, {} requested", chosen.len(), IDS.len(), need(request)));
            return EXHAUSTED;
        }
        let books = own.ledger.change(transaction);
        for device in chosen {
            books.take(device, choice.pod, choice.container);
            let piece = Assignment {
                struct_size: size_of::<Assignment>(),
                kind: ASSIGN_DEVICE,
                resource: RESOURCE.as_ptr(),
                id: IDS[device].as_ptr(),
                set: set(&HOMES[device]),
                quantity: 1,
                shares: null(),
                share_count: 0,
                attributes: null(),
                attribute_count: 0,
                taken_from: null(),
            };
            ((*sink).assign)(sink, &piece);
        }
        OK
    })
}

unsafe fn explain(host: *const Host, text: &str) {
    let Ok(text) = std::ffi::CString::new(text) else { return };
    let message = Message {
        struct_size: size_of::<Message>(),
        text: text.as_ptr(),
        code: null(),
        facts: null(),
        fact_count: 0,
    };
    ((*host).explain)(host, &message);
}

extern "C" fn release(table: *const Provider, transaction: u64, holder: *const Holder) -> Status {
    guarded(|| unsafe {
        let (pod, container) = (bytes((*holder).pod_uid), optional((*holder).container));
        instance(table).ledger.change(transaction).release(pod, container);
        OK
    })
}

extern "C" fn commit(table: *const Provider, transaction: u64) -> Status {
    guarded(|| unsafe {
        instance(table).ledger.commit(transaction);
        OK
    })
}

extern "C" fn rollback(table: *const Provider, transaction: u64) {
    guarded(|| unsafe {
        instance(table).ledger.roll_back(transaction);
        OK
    });
}

extern "C" fn restore(table: *const Provider, request: *const Request) -> Status {
    guarded(|| unsafe {
        let Some(container) = (*request).container.as_ref() else { return INVALID };
        let there = devices(container.held, container.held_count);
        if there.len() < container.held_count {
            let text = format!("{} of {} widgets are there that were held", there.len(), container.held_count);
            explain(instance(table).host, &text);
            return EXHAUSTED;
        }
        for device in there {
            instance(table).ledger.now.take(device, bytes((*request).pod_uid), bytes(container.name));
        }
        OK
    })
}

extern "C" fn start(_: *const Provider) -> Status {
    OK
}

extern "C" fn stop(_: *const Provider) {}

extern "C" fn destroy(table: *const Provider) {
    guarded(|| unsafe {
        drop(Box::from_raw((*table).data as *mut Instance));
        OK
    });
}

extern "C" fn each_stock(
    table: *const Provider,
    visit: extern "C" fn(*mut c_void, *const Stock) -> bool,
    context: *mut c_void,
) -> Status {
    guarded(|| unsafe {
        for first in [0, 2] {
            let stock = Stock {
                struct_size: size_of::<Stock>(),
                resource: RESOURCE.as_ptr(),
                locality: LOCALITY_SET,
                flags: 0,
                nodes: set(&HOMES[first]),
                free: (first..first + 2).filter(|one| instance(table).ledger.now.is_free(*one)).count() as u64,
                total: 2,
            };
            if !visit(context, &stock) {
                break;
            }
        }
        OK
    })
}

static STOCKS: Stocks = Stocks { struct_size: size_of::<Stocks>(), each: each_stock };

extern "C" fn extension(_: *const Provider, id: *const c_char) -> *const c_void {
    match unsafe { bytes(id) } {
        b"numa-hints.stock/1" => &STOCKS as *const Stocks as *const c_void,
        _ => null(),
    }
}

extern "C" fn create(id: *const c_char, host: *const Host, made: *mut *const Provider) -> Status {
    guarded(|| unsafe {
        if CStr::from_ptr(id) != ID {
            return NOT_FOUND;
        }
        // No settings are known: whatever is set is refused.
        if !matches!(optional((*host).config), None | Some(b"{}")) {
            explain(host, "widgets have no settings");
            return INVALID;
        }
        let table = Provider {
            struct_size: size_of::<Provider>(),
            data: null_mut(),
            claims: null(),
            observes: null(),
            destroy,
            restore,
            start,
            stop,
            hints,
            prepare,
            release,
            commit,
            rollback,
            started: null(),
            extension,
        };
        let claims = [RESOURCE.as_ptr(), null()];
        let own = Box::into_raw(Box::new(Instance { table, claims, host, ledger: Ledger::default() }));
        (*own).table.data = own as *mut c_void;
        (*own).table.claims = (*own).claims.as_ptr();
        *made = &(*own).table;
        OK
    })
}

static ABOUT: Descriptor = Descriptor {
    struct_size: size_of::<Descriptor>(),
    id: ID.as_ptr(),
    version: c"1.0.0".as_ptr(),
    summary: c"Four widgets".as_ptr(),
    flags: BOOKS_ONLY,
};

extern "C" fn descriptor(index: usize) -> *const Descriptor {
    if index == 0 { &ABOUT } else { null() }
}

static ENTRY: Entry = Entry { struct_size: size_of::<Entry>(), abi_minor: 0, descriptor, create };

/// The one symbol that the host looks for.
#[no_mangle]
pub extern "C" fn numa_hints_entry_v1() -> *const Entry {
    &ENTRY
}
