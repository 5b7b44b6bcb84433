namespace Convergence.Tensors.Devices;

/// <summary>Looks that are taken at once.</summary>
internal sealed class HostLooks(MergeKernels kernels) : TensorLooks
{
    private readonly List<double> _found = [];

    public override void AddLargestMagnitude(DeviceTensor tensor) => _found.Add(kernels.LargestMagnitude(tensor));

    public override void AddNonFiniteCount(DeviceTensor tensor) => _found.Add(kernels.CountNonFinite(tensor));

    public override double[] Read() => [.. _found];

    protected override void Dispose(bool disposing)
    {
    }
}
