// SPDX-License-Identifier: Apache-2.0
//! Four widgets, two on NUMA node 0 and two on node 1, and who holds them.

/// The widgets' names, ascending; two for each node.
pub const IDS: [&core::ffi::CStr; 4] = [c"w0", c"w1", c"w2", c"w3"];
/// The nodes of each device as one word of a mask.
pub const HOMES: [u64; 4] = [1, 1, 2, 2];

/// A pod's uid and a container's name.
pub type Name = Vec<u8>;

#[derive(Clone, Default)]
pub struct Books {
    holders: [Option<(Name, Name)>; 4],
}

/// One change of the books, and what they were before it.
#[derive(Default)]
pub struct Ledger {
    pub now: Books,
    open: Option<(u64, Books)>,
}

impl Books {
    pub fn is_free(&self, device: usize) -> bool {
        self.holders[device].is_none()
    }

    /// Whether the pod, or one container of it, holds the device.
    pub fn is_held(&self, device: usize, pod: &[u8], container: Option<&[u8]>) -> bool {
        let Some((uid, name)) = &self.holders[device] else { return false };
        uid == pod && container.is_none_or(|container| name == container)
    }

    pub fn take(&mut self, device: usize, pod: &[u8], container: &[u8]) {
        self.holders[device] = Some((pod.to_vec(), container.to_vec()));
    }

    pub fn release(&mut self, pod: &[u8], container: Option<&[u8]>) {
        for device in 0..IDS.len() {
            if self.is_held(device, pod, container) {
                self.holders[device] = None;
            }
        }
    }

    /// The widgets to give: wanted ones first, then those held already, then those inside the affinity, then others among
    /// the candidates. Fewer than `need` if there are no more.
    pub fn choose(&self, choice: &Choice) -> Vec<usize> {
        let rank = |device: usize| {
            let held = self.is_held(device, choice.pod, Some(choice.container));
            if !held && (!self.is_free(device) || HOMES[device] & choice.candidates == 0) {
                return None;
            }
            Some(match () {
                _ if choice.wanted.contains(&device) => 0,
                _ if held => 1,
                _ if HOMES[device] & choice.affinity != 0 => 2,
                _ => 3,
            })
        };
        let mut ranked: Vec<(i32, usize)> =
            (0..IDS.len()).filter_map(|device| rank(device).map(|rank| (rank, device))).collect();
        ranked.sort();
        ranked.into_iter().map(|(_, device)| device).take(choice.need).collect()
    }
}

/// What is to be given to whom.
pub struct Choice<'a> {
    pub pod: &'a [u8],
    pub container: &'a [u8],
    pub need: usize,
    pub candidates: u64,
    pub affinity: u64,
    pub wanted: Vec<usize>,
}

impl Ledger {
    /// The books to change; the first change of a transaction keeps a copy.
    pub fn change(&mut self, transaction: u64) -> &mut Books {
        if self.open.as_ref().is_none_or(|(open, _)| *open != transaction) {
            self.open = Some((transaction, self.now.clone()));
        }
        &mut self.now
    }

    pub fn commit(&mut self, transaction: u64) {
        self.open.take_if(|(open, _)| *open == transaction);
    }

    pub fn roll_back(&mut self, transaction: u64) {
        if let Some((_, before)) = self.open.take_if(|(open, _)| *open == transaction) {
            self.now = before;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(need: usize, affinity: u64) -> Choice<'static> {
        Choice { pod: b"p", container: b"c", need, candidates: 3, affinity, wanted: vec![] }
    }

    #[test]
    fn the_affinity_comes_first() {
        assert_eq!(Books::default().choose(&choice(2, 2)), [2, 3]);
        assert_eq!(Books::default().choose(&choice(3, 2)), [2, 3, 0]);
    }

    #[test]
    fn what_is_held_is_given_again() {
        let mut books = Books::default();
        books.take(1, b"p", b"c");
        books.take(2, b"p", b"other");
        assert_eq!(books.choose(&choice(4, 2)), [1, 3, 0]);
    }

    #[test]
    fn a_rollback_restores() {
        let mut ledger = Ledger::default();
        ledger.change(1).take(0, b"p", b"c");
        ledger.commit(1);
        ledger.change(2).release(b"p", None);
        assert!(ledger.now.is_free(0));
        ledger.roll_back(3);
        assert!(ledger.now.is_free(0));
        ledger.roll_back(2);
        assert!(!ledger.now.is_free(0));
    }
}
