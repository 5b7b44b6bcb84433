using System.Runtime.ExceptionServices;

namespace Convergence.Cuda.Runtime;

/// <summary>
/// Work aside: a second queue of kernels that come behind those of <see cref="Compute"/> where both want the GPU. The host fills it while
/// it would wait for results of the first, one step of the work at a time.
/// </summary>
internal sealed unsafe partial class CudaRuntime
{
    // Lower goes first.
    private const int HighPriority = -1;
    private const int LowPriority = 0;

    private CudaLane? _aside;
    private Func<bool>? _step;
    private ExceptionDispatchInfo? _failure;
    private bool _isStepping;

    /// <summary>Where kernels are queued now: <see cref="Compute"/>, but for a step of work aside.</summary>
    public CudaStream Current => CurrentLane.Stream;

    private CudaLane CurrentLane => _isStepping ? _aside! : _lane;

    /// <summary>
    /// Begins work aside, behind everything queued so far. It ends with <see cref="FinishAside"/>; until then nobody else may touch what
    /// it reads or writes.
    /// </summary>
    /// <param name="step">Queues the next part and returns whether there is more.</param>
    public void BeginAside(Func<bool> step)
    {
        FinishAside();
        _aside ??= new CudaLane(Context, LowPriority);
        Compute.Record(_computed);
        _aside.Stream.WaitFor(_computed);
        _step = step;
    }

    /// <summary>Takes the steps that are left. What is queued from here on finds their results.</summary>
    public void FinishAside()
    {
        while (_step is not null)
        {
            Step();
        }

        AwaitAside();
        var failure = _failure;
        _failure = null;
        failure?.Throw();
    }

    /// <summary>Gives the steps up that are left. What is queued from here on waits for those that were taken.</summary>
    public void DropAside()
    {
        (_step, _failure) = (null, null);
        try
        {
            AwaitAside();
        }
        catch (CudaException exception) when (exception.IsLost)
        {
            // A kernel that faulted took the rest with it.
        }
    }

    /// <summary>What is queued from here on waits for the work aside that is queued by now.</summary>
    public void AwaitAside()
    {
        if (_aside is not null && !_isStepping)
        {
            _aside.Stream.Record(_computed);
            Compute.WaitFor(_computed);
        }
    }

    // Once at least, so that no work aside waits for the end because the GPU is quick.
    private void StepAsideUntilDone(CudaStream stream)
    {
        if (_step is null || _isStepping)
        {
            return;
        }

        stream.Record(_arrived);
        do
        {
            Step();
        }
        while (_step is not null && !_arrived.HasHappened);
    }

    // A failure is the work's own and told to whoever finishes it, not to whoever waits meanwhile.
    private void Step()
    {
        var step = _step!;
        _isStepping = true;
        Memory.Current = _aside!.Stream;
        try
        {
            _step = step() ? step : null;
        }
#pragma warning disable CA1031 // Rethrown by FinishAside.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            _step = null;
        }
        finally
        {
            _isStepping = false;
            Memory.Current = Compute;
        }
    }
}
