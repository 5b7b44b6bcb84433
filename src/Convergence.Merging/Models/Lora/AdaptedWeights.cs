using System.Diagnostics.CodeAnalysis;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// The weights of a model with an adapter: names, shapes and types, and the values of tensors that the adapter does not change or replaces.
/// Those that it adds to are computed when a merge loads them; asked for here they are the model's own.
/// </summary>
internal sealed class AdaptedWeights : ITensorSource, IDisposable
{
    private readonly ITensorSource _model;
    private readonly LoraAdapter _adapter;
    private readonly Lazy<CpuDevice> _device = new(() => new CpuDevice());

    public AdaptedWeights(ITensorSource model, LoraAdapter adapter)
    {
        _model = model;
        _adapter = adapter;
        Names = [.. model.Names.Union(adapter.Replacements.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    public IReadOnlyList<string> Names { get; }

    public bool TryGet(string name, [NotNullWhen(true)] out DeviceTensor? tensor)
    {
        if (_adapter.Replacements.TryGetValue(name, out var replacement))
        {
            tensor = replacement;
            return true;
        }

        return _model.TryGet(name, out tensor);
    }

    /// <summary>
    /// The tensor with what the adapter adds to it, in float32 and the caller's to dispose; <see langword="null"/> where it adds nothing.
    /// Safe to call from several threads; the product is computed by one call at a time.
    /// </summary>
    public HostTensor? Compute(string name)
    {
        if (!_adapter.Updates.TryGetValue(name, out var update) || !TryGet(name, out var tensor))
        {
            return null;
        }

        lock (_device)
        {
            return update.Apply((HostTensor)tensor, _device.Value);
        }
    }

    public void Dispose()
    {
        if (_device.IsValueCreated)
        {
            _device.Value.Dispose();
        }

        _adapter.Dispose();
    }
}
