//! Settings that the C API's configuration lacks: extended constant expressions off, and the fuel of operators that
//! cost more than one.
use wasmtime_c_api::wasm_config_t;
use wasmtime_c_api::wasmtime::{Config, OperatorCost};

/// Defines the groups of operators that have a price: in the order of the table in C++, which holds the prices.
macro_rules! operator_groups {
    ($($group:ident { $($op:ident)* $(, per unit: $($unit:ident)*)? })*) => {
        const GROUPS: usize = [$(stringify!($group)),*].len();

        fn operator_cost(costs: &[u8]) -> OperatorCost {
            let mut table = OperatorCost::new();
            let mut costs = costs.iter().copied();
            $(
                let $group = costs.next().unwrap_or(1);
                $(table.$op = $group;)*
                $($(table.variable.$unit = $group;)*)?
            )*
            table
        }
    };
}

operator_groups! {
    memory_grow { MemoryGrow }
    memory_bulk { MemoryFill MemoryCopy MemoryInit }
    table_grow { TableGrow }
    table_bulk { TableFill TableCopy TableInit }
    table_element { , per unit: table_fill_per_element table_copy_per_element table_init_per_element
                                table_grow_per_element }
    segment_drop { DataDrop ElemDrop }
    function_reference { RefFunc }
    table_access { TableGet TableSet }
    call { Call }
    call_indirect { CallIndirect }
    load {
        I32Load I64Load F32Load F64Load I32Load8S I32Load8U I32Load16S I32Load16U I64Load8S I64Load8U I64Load16S
        I64Load16U I64Load32S I64Load32U
    }
    bit_count { I32Clz I32Ctz I32Popcnt I64Clz I64Ctz I64Popcnt }
    integer_multiplication { I32Mul I64Mul }
    integer_division { I32DivS I32DivU I32RemS I32RemU I64DivS I64DivU I64RemS I64RemU }
    float_bits {
        F32Abs F32Neg F32Copysign F64Abs F64Neg F64Copysign I32ReinterpretF32 I64ReinterpretF64 F32ReinterpretI32
        F64ReinterpretI64 F32x4Abs F32x4Neg F64x2Abs F64x2Neg
    }
    float_arithmetic {
        F32Add F32Sub F32Mul F32Min F32Max F64Add F64Sub F64Mul F64Min F64Max F32x4Add F32x4Sub F32x4Mul F64x2Add
        F64x2Sub F64x2Mul
    }
    float_comparison {
        F32Eq F32Ne F32Lt F32Gt F32Le F32Ge F64Eq F64Ne F64Lt F64Gt F64Le F64Ge F32x4Eq F32x4Ne F32x4Lt F32x4Gt F32x4Le
        F32x4Ge F64x2Eq F64x2Ne F64x2Lt F64x2Gt F64x2Le F64x2Ge
    }
    float_division { F32Div F64Div F32Sqrt F64Sqrt F32x4Div F64x2Div F32x4Sqrt F64x2Sqrt }
    float_rounding {
        F32Ceil F32Floor F32Trunc F32Nearest F64Ceil F64Floor F64Trunc F64Nearest F32x4Ceil F32x4Floor F32x4Trunc
        F32x4Nearest F64x2Ceil F64x2Floor F64x2Trunc F64x2Nearest
    }
    float_conversion {
        I32TruncF32S I32TruncF32U I32TruncF64S I32TruncF64U I64TruncF32S I64TruncF32U I64TruncF64S I64TruncF64U
        F32ConvertI32S F32ConvertI32U F32ConvertI64S F32ConvertI64U F32DemoteF64 F64ConvertI32S F64ConvertI32U
        F64ConvertI64S F64ConvertI64U F64PromoteF32 I32TruncSatF32S I32TruncSatF32U I32TruncSatF64S I32TruncSatF64U
        I64TruncSatF32S I64TruncSatF32U I64TruncSatF64S I64TruncSatF64U I32x4TruncSatF32x4S I32x4TruncSatF32x4U
        F32x4ConvertI32x4S F32x4ConvertI32x4U I32x4TruncSatF64x2SZero I32x4TruncSatF64x2UZero F64x2ConvertLowI32x4S
        F64x2ConvertLowI32x4U F32x4DemoteF64x2Zero F64x2PromoteLowF32x4
    }
    vector_minimum { F32x4Min F32x4Max F32x4PMin F32x4PMax F64x2Min F64x2Max F64x2PMin F64x2PMax }
    vector_load {
        V128Load V128Load8x8S V128Load8x8U V128Load16x4S V128Load16x4U V128Load32x2S V128Load32x2U V128Load8Splat
        V128Load16Splat V128Load32Splat V128Load64Splat V128Load32Zero V128Load64Zero V128Load8Lane V128Load16Lane
        V128Load32Lane V128Load64Lane
    }
    vector_lane {
        I8x16ExtractLaneS I8x16ExtractLaneU I8x16ReplaceLane I16x8ExtractLaneS I16x8ExtractLaneU I16x8ReplaceLane
        I32x4ExtractLane I32x4ReplaceLane I64x2ExtractLane I64x2ReplaceLane F32x4ExtractLane F32x4ReplaceLane
        F64x2ExtractLane F64x2ReplaceLane I8x16Splat I16x8Splat I32x4Splat I64x2Splat F32x4Splat F64x2Splat V128AnyTrue
        I8x16AllTrue I8x16Bitmask I16x8AllTrue I16x8Bitmask I32x4AllTrue I32x4Bitmask I64x2AllTrue I64x2Bitmask
    }
    vector_shift {
        I8x16Shl I8x16ShrS I8x16ShrU I16x8Shl I16x8ShrS I16x8ShrU I32x4Shl I32x4ShrS I32x4ShrU I64x2Shl I64x2ShrS
        I64x2ShrU I64x2LtS I64x2GtS I64x2LeS I64x2GeS I8x16NarrowI16x8S
        I8x16NarrowI16x8U I16x8NarrowI32x4S I16x8NarrowI32x4U I8x16Popcnt I16x8ExtAddPairwiseI8x16S
        I16x8ExtAddPairwiseI8x16U I32x4ExtAddPairwiseI16x8S
        I32x4ExtAddPairwiseI16x8U
    }
    vector_multiplication {
        I16x8Mul I32x4Mul I64x2Mul I16x8Q15MulrSatS I32x4DotI16x8S I16x8ExtMulLowI8x16S I16x8ExtMulHighI8x16S
        I16x8ExtMulLowI8x16U I16x8ExtMulHighI8x16U I32x4ExtMulLowI16x8S I32x4ExtMulHighI16x8S I32x4ExtMulLowI16x8U
        I32x4ExtMulHighI16x8U I64x2ExtMulLowI32x4S I64x2ExtMulHighI32x4S I64x2ExtMulLowI32x4U I64x2ExtMulHighI32x4U
    }
}

/// Sets the parts of the profile that the C API cannot. Returns false and sets nothing when the number of groups
/// differs.
///
/// # Safety
/// `config` is a live configuration of this library that no other thread touches; `costs` are `count` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn icn_config_profile(
    config: *mut wasm_config_t,
    costs: *const u8,
    count: usize,
) -> bool {
    // `wasm_config_t` is repr(C) with this one field.
    const { assert!(size_of::<wasm_config_t>() == size_of::<Config>()) };
    if count != GROUPS {
        return false;
    }
    // SAFETY: see above.
    let (config, costs) = unsafe {
        (
            &mut *config.cast::<Config>(),
            std::slice::from_raw_parts(costs, count),
        )
    };
    config.wasm_extended_const(false);
    config.operator_cost(operator_cost(costs));
    true
}
