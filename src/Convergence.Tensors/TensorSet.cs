using System.Diagnostics.CodeAnalysis;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors;

/// <summary>Named tensors in memory, owned by this set and released with it. Not thread-safe.</summary>
public sealed class TensorSet : ITensorSource, IDisposable
{
    private readonly SortedDictionary<string, DeviceTensor> _tensors = new(StringComparer.Ordinal);
    private string[]? _names;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => _names ??= [.. _tensors.Keys];

    /// <summary>The bytes of all tensors together.</summary>
    public long ByteCount => _tensors.Values.Sum(tensor => tensor.ByteCount);

    /// <summary>Takes ownership of a tensor.</summary>
    /// <exception cref="ArgumentException">The name is taken; <see cref="Remove"/> it first.</exception>
    public void Add(string name, DeviceTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(tensor);
        if (!_tensors.TryAdd(name, tensor))
        {
            throw new ArgumentException($"The set already holds a tensor named \"{name}\".", nameof(name));
        }

        _names = null;
    }

    /// <inheritdoc/>
    public bool TryGet(string name, [NotNullWhen(true)] out DeviceTensor? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>Releases the tensor of that name, if there is one.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name)
    {
        if (!_tensors.Remove(name, out var tensor))
        {
            return false;
        }

        tensor.Dispose();
        _names = null;
        return true;
    }

    /// <summary>Releases all tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
        {
            tensor.Dispose();
        }

        _tensors.Clear();
        _names = null;
    }
}
