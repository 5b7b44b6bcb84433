using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Runtime;

/// <summary>A mark in a stream that another stream, or the host, can wait for. Used by one thread at a time.</summary>
/// <param name="context">Where.</param>
/// <param name="isTimed">Whether <see cref="ElapsedSince"/> is asked of it; marks without a clock are cheaper.</param>
internal sealed class CudaEvent(ContextHandle context, bool isTimed = false) : IDisposable
{
    private readonly EventHandle _handle = new(context, isTimed);

    public nint Value => _handle.Value;

    /// <summary>Whether all work before the mark is done; true for one that was never recorded.</summary>
    public bool HasHappened
    {
        get
        {
            context.MakeCurrent();
            var status = CudaDriver.EventQuery(Value);
            if (status == CudaErrors.NotReady)
            {
                return false;
            }

            CudaException.ThrowIfFailed(status, nameof(CudaDriver.EventQuery));
            return true;
        }
    }

    /// <summary>Lets the host wait until all work before the mark is done.</summary>
    public void Synchronize()
    {
        context.MakeCurrent();
        CudaException.ThrowIfFailed(CudaDriver.EventSynchronize(Value));
    }

    /// <summary>The GPU's own time between two marks that have happened; both timed.</summary>
    public TimeSpan ElapsedSince(CudaEvent start)
    {
        context.MakeCurrent();
        CudaException.ThrowIfFailed(CudaDriver.EventElapsedTime(out var milliseconds, start.Value, Value));
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    public void Dispose() => _handle.Dispose();
}
