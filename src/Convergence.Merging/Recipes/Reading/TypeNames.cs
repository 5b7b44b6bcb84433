using Convergence.Tensors;

namespace Convergence.Merging;

/// <summary>The names of float types in recipes and model configurations.</summary>
internal static class TypeNames
{
    private const string TorchPrefix = "torch.";

    private static readonly (string Name, DType DType)[] Names =
    [
        ("float32", DType.F32), ("float16", DType.F16), ("bfloat16", DType.BF16), ("float64", DType.F64),
        ("fp32", DType.F32), ("fp16", DType.F16), ("bf16", DType.BF16), ("double", DType.F64), ("half", DType.F16), ("float", DType.F32),
    ];

    public static IEnumerable<string> All => Names.Select(pair => pair.Name);

    public static string Name(DType dtype) => Names.First(pair => pair.DType == dtype).Name;

    /// <summary>The type of a name, which may be written as PyTorch's: <c>torch.bfloat16</c>.</summary>
    public static DType? Parse(string name)
    {
        var plain = name.StartsWith(TorchPrefix, StringComparison.Ordinal) ? name[TorchPrefix.Length..] : name;
        var index = Array.FindIndex(Names, pair => pair.Name == plain);
        return index < 0 ? null : Names[index].DType;
    }
}
