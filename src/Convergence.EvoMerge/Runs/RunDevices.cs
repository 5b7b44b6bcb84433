using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Runs;

/// <summary>
/// The devices of one run. Processors are shared out among several devices; of a GPU there is one, which merges, measures and scores in
/// turn, so that what one of them keeps in its memory serves the others.
/// </summary>
internal sealed class RunDevices(DeviceSelection selection, ProductPrecision products) : IDisposable
{
    private readonly List<ComputeDevice> _devices = [];

    /// <summary>Whether several evaluators may work side by side.</summary>
    public bool AreMany => selection.IsProcessor;

    /// <summary>A device with so many threads, or the GPU. It lives as long as the run.</summary>
    public ComputeDevice Take(int threadCount)
    {
        if (_devices.Count == 0 || AreMany)
        {
            _devices.Add(Create(threadCount));
        }

        return _devices[^1];
    }

    /// <summary>Measures on a device that does nothing else meanwhile: all processors, or the GPU.</summary>
    public T Alone<T>(Func<ComputeDevice, T> measure)
    {
        if (!AreMany)
        {
            return measure(Take(Environment.ProcessorCount));
        }

        using var device = Create(threadCount: null);
        return measure(device);
    }

    public void Dispose() => _devices.ForEach(device => device.Dispose());

    private ComputeDevice Create(int? threadCount) =>
        selection.Create(new DeviceOptions { ThreadCount = threadCount, Products = products });
}
