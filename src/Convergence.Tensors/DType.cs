namespace Convergence.Tensors;

/// <summary>The element types of the safetensors format that this product reads and writes.</summary>
public enum DType
{
    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a binary32.</summary>
    BF16,

    /// <summary>IEEE 754 binary64.</summary>
    F64,

    /// <summary>8-bit float, 4 exponent bits, passed through unread.</summary>
    F8E4M3,

    /// <summary>8-bit float, 5 exponent bits, passed through unread.</summary>
    F8E5M2,
    I64,
    I32,
    I16,
    I8,
    U64,
    U32,
    U16,
    U8,
    Bool,
}
