// SPDX-License-Identifier: Apache-2.0
//! The records of numa_hints_provider.h, version 1.0, as far as this provider needs them.
//!
//! The C header is the specification; the sizes below are held against it when this is compiled.
#![allow(dead_code)]

use core::ffi::{c_char, c_void};

pub type Status = i32;
pub const OK: Status = 0;
pub const INVALID: Status = 1;
pub const EXHAUSTED: Status = 3;
pub const NOT_FOUND: Status = 4;
pub const INTERNAL: Status = 8;

pub const ASSIGN_DEVICE: i32 = 2;
pub const LOCALITY_SET: i32 = 2;
pub const BOOKS_ONLY: u64 = 1;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bitset {
    pub words: *const u64,
    pub word_count: usize,
}

#[repr(C)]
pub struct Resource {
    pub name: *const c_char,
    pub quantity: u64,
}

#[repr(C)]
pub struct Message {
    pub struct_size: usize,
    pub text: *const c_char,
    pub code: *const c_char,
    pub facts: *const c_void,
    pub fact_count: usize,
}

#[repr(C)]
pub struct Assignment {
    pub struct_size: usize,
    pub kind: i32,
    pub resource: *const c_char,
    pub id: *const c_char,
    pub set: Bitset,
    pub quantity: u64,
    pub shares: *const c_void,
    pub share_count: usize,
    pub attributes: *const c_void,
    pub attribute_count: usize,
    pub taken_from: *const c_char,
}

#[repr(C)]
pub struct Container {
    pub struct_size: usize,
    pub name: *const c_char,
    pub kind: i32,
    pub resources: *const Resource,
    pub resource_count: usize,
    pub held: *const *const Assignment,
    pub held_count: usize,
}

#[repr(C)]
pub struct Request {
    pub struct_size: usize,
    pub pod_uid: *const c_char,
    pub qos: i32,
    pub containers: *const *const Container,
    pub container_count: usize,
    /// NULL: the whole pod.
    pub container: *const Container,
    pub candidate_nodes: Bitset,
}

#[repr(C)]
pub struct Holder {
    pub struct_size: usize,
    pub pod_uid: *const c_char,
    /// NULL: each of the pod's.
    pub container: *const c_char,
}

#[repr(C)]
pub struct Pool {
    pub nodes: Bitset,
    pub free: u64,
    pub total: u64,
}

#[repr(C)]
pub struct Capacity {
    pub struct_size: usize,
    pub resource: *const c_char,
    pub need: u64,
    pub universe: Bitset,
    pub pools: *const Pool,
    pub pool_count: usize,
    pub exact: *const Pool,
    pub exact_count: usize,
    pub must_meet: *const Bitset,
    pub must_meet_count: usize,
    pub groups: *const Bitset,
    pub group_count: usize,
    pub joint: *const c_char,
    pub flags: u64,
}

#[repr(C)]
pub struct HintSink {
    pub struct_size: usize,
    pub data: *mut c_void,
    pub limit: usize,
    pub hint: *const c_void,
    pub capacity: extern "C" fn(*const HintSink, *const Capacity),
    pub any: *const c_void,
    pub none: *const c_void,
}

#[repr(C)]
pub struct Affinity {
    pub struct_size: usize,
    pub nodes: Bitset,
    pub flags: u64,
}

#[repr(C)]
pub struct Placement {
    pub struct_size: usize,
    pub affinity: *const Affinity,
    pub wanted: *const *const Assignment,
    pub wanted_count: usize,
}

#[repr(C)]
pub struct AssignmentSink {
    pub struct_size: usize,
    pub data: *mut c_void,
    pub assign: extern "C" fn(*const AssignmentSink, *const Assignment),
}

#[repr(C)]
pub struct Stock {
    pub struct_size: usize,
    pub resource: *const c_char,
    pub locality: i32,
    pub flags: u32,
    pub nodes: Bitset,
    pub free: u64,
    pub total: u64,
}

#[repr(C)]
pub struct Stocks {
    pub struct_size: usize,
    pub each: extern "C" fn(
        *const Provider,
        extern "C" fn(*mut c_void, *const Stock) -> bool,
        *mut c_void,
    ) -> Status,
}

#[repr(C)]
pub struct Host {
    pub struct_size: usize,
    pub data: *mut c_void,
    pub abi_minor: u32,
    pub config: *const c_char,
    pub root: *const c_char,
    pub log: extern "C" fn(*const Host, i32, *const Message),
    pub explain: extern "C" fn(*const Host, *const Message),
    pub changed: extern "C" fn(*const Host),
    pub extension: extern "C" fn(*const Host, *const c_char) -> *const c_void,
}

#[repr(C)]
pub struct Provider {
    pub struct_size: usize,
    pub data: *mut c_void,
    pub claims: *const *const c_char,
    pub observes: *const *const c_char,
    pub destroy: extern "C" fn(*const Provider),
    pub restore: extern "C" fn(*const Provider, *const Request) -> Status,
    pub start: extern "C" fn(*const Provider) -> Status,
    pub stop: extern "C" fn(*const Provider),
    pub hints: extern "C" fn(*const Provider, *const Request, *const HintSink) -> Status,
    pub prepare: extern "C" fn(
        *const Provider,
        u64,
        *const Request,
        *const Placement,
        *const AssignmentSink,
    ) -> Status,
    pub release: extern "C" fn(*const Provider, u64, *const Holder) -> Status,
    pub commit: extern "C" fn(*const Provider, u64) -> Status,
    pub rollback: extern "C" fn(*const Provider, u64),
    pub started: *const c_void,
    pub extension: extern "C" fn(*const Provider, *const c_char) -> *const c_void,
}

#[repr(C)]
pub struct Descriptor {
    pub struct_size: usize,
    pub id: *const c_char,
    pub version: *const c_char,
    pub summary: *const c_char,
    pub flags: u64,
}

#[repr(C)]
pub struct Entry {
    pub struct_size: usize,
    pub abi_minor: u32,
    pub descriptor: extern "C" fn(usize) -> *const Descriptor,
    pub create: extern "C" fn(*const c_char, *const Host, *mut *const Provider) -> Status,
}

// What lies still for all threads.
unsafe impl Sync for Descriptor {}
unsafe impl Sync for Entry {}
unsafe impl Sync for Stocks {}

const _: () = {
    assert!(size_of::<Assignment>() == 96 && size_of::<Container>() == 56);
    assert!(size_of::<Request>() == 64 && size_of::<Capacity>() == 120);
    assert!(size_of::<HintSink>() == 56 && size_of::<Placement>() == 32);
    assert!(size_of::<Host>() == 72 && size_of::<Provider>() == 120);
    assert!(size_of::<Stock>() == 56 && size_of::<Entry>() == 32 && size_of::<Descriptor>() == 40);
};
