namespace Convergence.Tensors.Devices;

/// <summary>Looks at tensors, whose findings are read together: a device that works in its own time is waited for once.</summary>
public abstract class TensorLooks : IDisposable
{
    /// <summary>Looks for <see cref="MergeKernels.LargestMagnitude"/>; the tensor may be disposed afterwards.</summary>
    public abstract void AddLargestMagnitude(DeviceTensor tensor);

    /// <summary>Looks for <see cref="MergeKernels.CountNonFinite"/>; the tensor may be changed or disposed afterwards.</summary>
    public abstract void AddNonFiniteCount(DeviceTensor tensor);

    /// <summary>Waits for what was found, one number per look, in their order.</summary>
    public abstract double[] Read();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
