namespace Convergence.Tensors.Devices;

/// <summary>The export of a tensor that is on the host as a whole.</summary>
/// <param name="tensor">The tensor.</param>
/// <param name="isOwned">Whether it goes with the export.</param>
internal sealed class WholeExport(HostTensor tensor, bool isOwned) : TensorExport
{
    private long _taken;

    public override void Take(HostTensor destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.DType, tensor.DType);
        var first = _taken * tensor.DType.ByteCount();
        for (long done = 0; done < destination.ByteCount;)
        {
            var part = destination.WritableBytes(done, 1 << 30);
            tensor.CopyTo(first + done, part);
            done += part.Length;
        }

        _taken += destination.ElementCount;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && isOwned)
        {
            tensor.Dispose();
        }
    }
}
