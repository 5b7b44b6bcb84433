using System.Diagnostics.CodeAnalysis;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors;

/// <summary>Named tensors, wherever they live: a memory-mapped checkpoint, a merged candidate in memory.</summary>
public interface ITensorSource
{
    /// <summary>The names, in ordinal order.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Looks a tensor up. The tensor stays owned by this source and must not be disposed by the caller.</summary>
    bool TryGet(string name, [NotNullWhen(true)] out DeviceTensor? tensor);
}
