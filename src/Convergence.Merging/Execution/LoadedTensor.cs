using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// A tensor made ready for a merge on a device. Disposing it frees what was computed
/// or copied for the merge and leaves a parent's own tensor alone.
/// </summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="IsOwned">Whether it was made for this merge.</param>
internal readonly record struct LoadedTensor(DeviceTensor Tensor, bool IsOwned) : IDisposable
{
    /// <summary>No element is larger in magnitude; infinite where that is not known.</summary>
    public double LargestMagnitude { get; init; } = double.PositiveInfinity;

    public void Dispose()
    {
        if (IsOwned)
        {
            Tensor.Dispose();
        }
    }
}
