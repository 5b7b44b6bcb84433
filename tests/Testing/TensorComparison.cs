using Convergence.Tensors;

namespace Convergence.Testing;

/// <summary>Compares whole sets of tensors that lie in the host's memory, bit for bit.</summary>
public static class TensorComparison
{
    /// <summary>
    /// What the first difference is, in words; <see langword="null"/> for the same names in the same order, each with the same bytes.
    /// </summary>
    public static string? FirstDifference(ITensorSource actual, ITensorSource expected)
    {
        if (!actual.Names.SequenceEqual(expected.Names))
        {
            return $"the tensors are {string.Join(", ", actual.Names)}, not {string.Join(", ", expected.Names)}";
        }

        return expected.Names.FirstOrDefault(name => !BytesOf(actual, name).SequenceEqual(BytesOf(expected, name))) is { } different
            ? $"{different} has other bytes"
            : null;
    }

    private static ReadOnlySpan<byte> BytesOf(ITensorSource source, string name) =>
        source.TryGet(name, out var tensor)
            ? ((HostTensor)tensor).Bytes(0, int.MaxValue)
            : throw new InvalidOperationException($"There is no tensor {name}.");
}
