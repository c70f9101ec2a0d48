//! The functions that OPA's hosts call: version 1.3 of OPA's Wasm ABI.
//!
//! An address of a value is a [`Held`] in the heap; 0 stands for none. Nothing here aborts because
//! of what an input holds: an abort is a trap, and an instance that is used after a trap has lost
//! a part of its stack.
#![allow(unsafe_code)]

use crate::json::{self, Form, Held};
use crate::{ENTRYPOINTS, Input, eval as eval_entrypoint, heap};
use core::alloc::Layout;
use core::ffi::{CStr, c_char};
use core::ptr;
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::Relaxed};

/// The largest alignment that a host may expect of its own blocks.
const ALIGN: usize = 8;

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    fn opa_abort(message: *const c_char);
}

/// What an evaluation step by step has been given. There is one, in static memory: some hosts
/// rewind the heap between making a context and using it, and none uses two at a time.
struct Context {
    input: AtomicPtr<Held>,
    result: AtomicPtr<Held>,
    entrypoint: AtomicUsize,
}

static CONTEXT: Context = Context {
    input: AtomicPtr::new(ptr::null_mut()),
    result: AtomicPtr::new(ptr::null_mut()),
    entrypoint: AtomicUsize::new(0),
};

fn abort(message: &CStr) -> ! {
    // SAFETY: the host reads a text that ends with NUL.
    unsafe { opa_abort(message.as_ptr()) };
    // Some hosts come back.
    core::arch::wasm32::unreachable()
}

fn hold(held: Held) -> *mut Held {
    Box::into_raw(Box::new(held))
}

/// # Safety
/// `value` is 0 or an address that this module gave and the host has not rewound.
unsafe fn input<'a>(value: *const Held) -> Input<'a> {
    // SAFETY: as the caller promises; values never change.
    match unsafe { value.as_ref() } {
        Some(Held::Value(node)) => Input::Value(node),
        Some(Held::Result(_)) | None => Input::Missing,
    }
}

/// # Safety
/// `text` is 0 or the address of `length` bytes that stay as they are.
unsafe fn bytes<'a>(text: *const u8, length: usize) -> &'a [u8] {
    if text.is_null() {
        return &[];
    }
    // SAFETY: as the caller promises.
    unsafe { core::slice::from_raw_parts(text, length) }
}

fn text(held: &Held, form: Form) -> *const u8 {
    let mut text = json::write(held, form);
    text.push(0);
    text.leak().as_ptr()
}

/// # Safety
/// As for [`input`].
unsafe fn dump(value: *const Held, form: Form) -> *const u8 {
    // SAFETY: as the caller promises.
    match unsafe { value.as_ref() } {
        Some(held) => text(held, form),
        None => c"null".as_ptr().cast(),
    }
}

// Memory.

#[unsafe(no_mangle)]
extern "C" fn opa_malloc(size: usize) -> *mut u8 {
    // Go asks for blocks of 0 bytes; an allocator need not know them.
    let block = match Layout::from_size_align(size.max(1), ALIGN) {
        // SAFETY: the size is not 0.
        Ok(layout) => unsafe { std::alloc::alloc(layout) },
        Err(_) => ptr::null_mut(),
    };
    // A host would write to address 0.
    if block.is_null() { abort(c"podproof: out of memory") } else { block }
}

/// Nothing: the host rewinds the heap.
#[unsafe(no_mangle)]
extern "C" fn opa_free(_block: usize) {}

/// Nothing: the host rewinds the heap.
#[unsafe(no_mangle)]
extern "C" fn opa_value_free(_value: usize) {}

#[unsafe(no_mangle)]
extern "C" fn opa_heap_ptr_get() -> usize {
    heap::pointer()
}

#[unsafe(no_mangle)]
extern "C" fn opa_heap_ptr_set(pointer: usize) {
    heap::set_pointer(pointer);
}

// OPA's own allocator keeps lists of free blocks, which Go sets aside while it changes data.

#[unsafe(no_mangle)]
extern "C" fn opa_heap_blocks_stash() {}

#[unsafe(no_mangle)]
extern "C" fn opa_heap_blocks_restore() {}

#[unsafe(no_mangle)]
extern "C" fn opa_heap_stash_clear() {}

// Values.

#[unsafe(no_mangle)]
unsafe extern "C" fn opa_json_parse(text: *const u8, length: usize) -> *mut Held {
    // SAFETY: the host has written the text there.
    let read = json::read(unsafe { bytes(text, length) });
    read.map_or(ptr::null_mut(), |node| hold(Held::Value(node)))
}

/// Reads a Rego term. Of those that are no JSON it reads none, and an evaluation without an input
/// is a violation.
#[unsafe(no_mangle)]
unsafe extern "C" fn opa_value_parse(text: *const u8, length: usize) -> *mut Held {
    // SAFETY: as for `opa_json_parse`.
    unsafe { opa_json_parse(text, length) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn opa_json_dump(value: *const Held) -> *const u8 {
    // SAFETY: the host gives an address that it got.
    unsafe { dump(value, Form::Json) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn opa_value_dump(value: *const Held) -> *const u8 {
    // SAFETY: the host gives an address that it got.
    unsafe { dump(value, Form::Rego) }
}

/// Changes nothing: the policy reads no data.
#[unsafe(no_mangle)]
extern "C" fn opa_value_add_path(_data: usize, _path: usize, _value: usize) -> usize {
    0
}

/// Changes nothing: the policy reads no data.
#[unsafe(no_mangle)]
extern "C" fn opa_value_remove_path(_data: usize, _path: usize) -> usize {
    0
}

#[unsafe(no_mangle)]
extern "C" fn entrypoints() -> *mut Held {
    hold(Held::Value(json::numbered(ENTRYPOINTS)))
}

#[unsafe(no_mangle)]
extern "C" fn builtins() -> *mut Held {
    hold(Held::Value(json::numbered(&[])))
}

// Evaluation in one call.

#[unsafe(no_mangle)]
unsafe extern "C" fn opa_eval(
    _reserved: usize,
    entrypoint: usize,
    _data: usize,
    input: *const u8,
    length: usize,
    heap_pointer: usize,
    format: usize,
) -> *const u8 {
    heap::set_pointer(heap_pointer);
    // SAFETY: the host has written the input below the heap pointer.
    let input = unsafe { bytes(input, length) };
    let read = json::read(input);
    let input = match &read {
        _ if input.is_empty() => Input::Missing,
        Ok(node) => Input::Value(node),
        Err(why) => Input::Unreadable(why),
    };
    let result = Held::Result(eval_entrypoint(entrypoint, input));
    text(&result, if format == 0 { Form::Json } else { Form::Rego })
}

// Evaluation step by step.

#[unsafe(no_mangle)]
extern "C" fn opa_eval_ctx_new() -> usize {
    CONTEXT.input.store(ptr::null_mut(), Relaxed);
    CONTEXT.result.store(ptr::null_mut(), Relaxed);
    CONTEXT.entrypoint.store(0, Relaxed);
    (&raw const CONTEXT).addr()
}

#[unsafe(no_mangle)]
extern "C" fn opa_eval_ctx_set_input(_context: usize, value: *mut Held) {
    CONTEXT.input.store(value, Relaxed);
}

/// Nothing: the policy reads no data.
#[unsafe(no_mangle)]
extern "C" fn opa_eval_ctx_set_data(_context: usize, _value: usize) {}

#[unsafe(no_mangle)]
extern "C" fn opa_eval_ctx_set_entrypoint(_context: usize, entrypoint: usize) {
    CONTEXT.entrypoint.store(entrypoint, Relaxed);
}

#[unsafe(no_mangle)]
extern "C" fn opa_eval_ctx_get_result(_context: usize) -> *mut Held {
    CONTEXT.result.load(Relaxed)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn eval(_context: usize) -> usize {
    // SAFETY: the host gave an address that it got, and has not rewound the heap since.
    let input = unsafe { input(CONTEXT.input.load(Relaxed)) };
    let result = eval_entrypoint(CONTEXT.entrypoint.load(Relaxed), input);
    CONTEXT.result.store(hold(Held::Result(result)), Relaxed);
    0
}
