//! What the C API's configuration lacks: extended constant expressions off, and the fuel of operators that cost more
//! than one.
use wasmtime_c_api::wasm_config_t;
use wasmtime_c_api::wasmtime::{Config, OperatorCost};

/// Fuel of each operator of a group; every other operator keeps the engine's default. The table is C++'s.
#[repr(C)]
pub struct IcnOperatorCosts {
    /// `memory.grow`, whatever it asks for.
    pub memory_grow: u8,
    /// Each page that `memory.grow` asks for.
    pub memory_grow_page: u8,
    /// `memory.fill`, `memory.copy` and `memory.init`, besides one for each byte.
    pub memory_bulk: u8,
    /// `table.grow`, besides one for each element.
    pub table_grow: u8,
    /// `table.fill`, `table.copy` and `table.init`, besides one for each element.
    pub table_bulk: u8,
    /// `data.drop` and `elem.drop`.
    pub segment_drop: u8,
    /// `ref.func`, `table.get` and `table.set`.
    pub reference: u8,
    /// `call_indirect`.
    pub call_indirect: u8,
    /// Division and remainder of integers.
    pub integer_division: u8,
    /// Division and square root of floats, scalar and by lane.
    pub float_division: u8,
}

fn operator_cost(costs: &IcnOperatorCosts) -> OperatorCost {
    let mut table = OperatorCost::new();
    table.MemoryGrow = costs.memory_grow;
    table.variable.memory_grow_per_page = costs.memory_grow_page;
    for op in [&mut table.MemoryFill, &mut table.MemoryCopy, &mut table.MemoryInit] {
        *op = costs.memory_bulk;
    }
    table.TableGrow = costs.table_grow;
    for op in [&mut table.TableFill, &mut table.TableCopy, &mut table.TableInit] {
        *op = costs.table_bulk;
    }
    for op in [&mut table.DataDrop, &mut table.ElemDrop] {
        *op = costs.segment_drop;
    }
    for op in [&mut table.RefFunc, &mut table.TableGet, &mut table.TableSet] {
        *op = costs.reference;
    }
    table.CallIndirect = costs.call_indirect;
    for op in [
        &mut table.I32DivS,
        &mut table.I32DivU,
        &mut table.I32RemS,
        &mut table.I32RemU,
        &mut table.I64DivS,
        &mut table.I64DivU,
        &mut table.I64RemS,
        &mut table.I64RemU,
    ] {
        *op = costs.integer_division;
    }
    for op in [
        &mut table.F32Div,
        &mut table.F64Div,
        &mut table.F32Sqrt,
        &mut table.F64Sqrt,
        &mut table.F32x4Div,
        &mut table.F64x2Div,
        &mut table.F32x4Sqrt,
        &mut table.F64x2Sqrt,
    ] {
        *op = costs.float_division;
    }
    table
}

/// Sets what the profile says and the C API cannot.
///
/// # Safety
/// `config` is a live configuration of this library that no other thread touches; `costs` may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_config_profile(config: *mut wasm_config_t, costs: *const IcnOperatorCosts) {
    // `wasm_config_t` is repr(C) with this one field.
    const { assert!(size_of::<wasm_config_t>() == size_of::<Config>()) };
    // SAFETY: see above.
    let (config, costs) = unsafe { (&mut *config.cast::<Config>(), &*costs) };
    config.wasm_extended_const(false);
    config.operator_cost(operator_cost(costs));
}
