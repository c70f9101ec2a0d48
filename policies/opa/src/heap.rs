//! The heap, shared with the host: one pointer that only goes up, which the host reads and sets.
//!
//! OPA's hosts write the input above the pointer themselves, rewind it after an evaluation, and
//! copy the bytes below it into other instances. So this is the only allocator, nothing above the
//! pointer is ours, and no static may hold on to anything allocated.
#![allow(unsafe_code)]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const PAGE: usize = 65_536;

unsafe extern "C" {
    /// The linker's symbol: its address is where static data ends.
    static __heap_base: u8;
}

#[global_allocator]
static HEAP: Heap = Heap { pointer: AtomicUsize::new(0) };

struct Heap {
    /// Where the next allocation starts; 0 before the first use.
    pointer: AtomicUsize,
}

/// Where the next allocation starts.
pub fn pointer() -> usize {
    match HEAP.pointer.load(Relaxed) {
        0 => (&raw const __heap_base).addr(),
        pointer => pointer,
    }
}

/// Lets the next allocation start at `pointer`: what lies above is given up.
pub fn set_pointer(pointer: usize) {
    HEAP.pointer.store(pointer, Relaxed);
}

/// Moves the pointer to `end`, if the memory reaches that far or can grow to it.
fn raise_to(end: usize) -> bool {
    let missing = end.saturating_sub(memory_size(0) * PAGE);
    let reaches = missing == 0 || memory_grow(0, missing.div_ceil(PAGE)) != usize::MAX;
    if reaches {
        set_pointer(end);
    }
    reaches
}

// SAFETY: every block starts at or above the pointer, which then moves past its end, so blocks are
// disjoint; `raise_to` has made sure that the memory behind them exists. A host that rewinds the
// pointer has dropped all addresses above it: that is the ABI's contract. There is one thread.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // The host's input may end anywhere, so the pointer need not be aligned.
        let start = pointer().checked_next_multiple_of(layout.align());
        let block = start.and_then(|start| Some((start, start.checked_add(layout.size())?)));
        match block {
            Some((start, end)) if raise_to(end) => ptr::with_exposed_provenance_mut(start),
            _ => ptr::null_mut(),
        }
    }

    /// Takes back the newest block; others stay until the host rewinds.
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if block.addr() + layout.size() == pointer() {
            set_pointer(block.addr());
        }
    }

    /// Grows the newest block in place, as a text that is being written is.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if block.addr() + layout.size() == pointer() {
            let end = block.addr().checked_add(size);
            return if end.is_some_and(raise_to) { block } else { ptr::null_mut() };
        }
        if size <= layout.size() {
            return block;
        }
        // SAFETY: the caller promises that `size`, rounded up to the alignment, fits an `isize`.
        let to = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !to.is_null() {
            // SAFETY: both blocks hold at least the old size, and the new one is disjoint.
            unsafe { ptr::copy_nonoverlapping(block, to, layout.size()) };
        }
        to
    }

    // `alloc_zeroed` stays the default, which clears the block: rewound memory is not zero.
}
