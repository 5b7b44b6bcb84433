namespace Convergence.Tensors;

/// <summary>Facts about element types.</summary>
public static class DTypeExtensions
{
    /// <summary>Bytes of one element.</summary>
    public static int ByteCount(this DType dtype) => dtype switch
    {
        DType.F64 or DType.I64 or DType.U64 => 8,
        DType.F32 or DType.I32 or DType.U32 => 4,
        DType.F16 or DType.BF16 or DType.I16 or DType.U16 => 2,
        DType.F8E4M3 or DType.F8E5M2 or DType.I8 or DType.U8 or DType.Bool => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Unknown element type."),
    };

    /// <summary>Whether kernels can compute with the type; others are passed through unread.</summary>
    public static bool IsComputable(this DType dtype) => dtype is DType.F32 or DType.F16 or DType.BF16 or DType.F64;

    /// <summary>The name that safetensors headers use, for example <c>BF16</c>.</summary>
    public static string SafetensorsName(this DType dtype) => dtype switch
    {
        DType.F8E4M3 => "F8_E4M3",
        DType.F8E5M2 => "F8_E5M2",
        DType.Bool => "BOOL",
        _ => dtype.ToString(),
    };

    /// <summary>The type that a safetensors header names, or <see langword="null"/> for a name outside the format.</summary>
    public static DType? FromSafetensorsName(string name)
    {
        foreach (var dtype in Enum.GetValues<DType>())
        {
            if (string.Equals(dtype.SafetensorsName(), name, StringComparison.Ordinal))
            {
                return dtype;
            }
        }

        return null;
    }
}
