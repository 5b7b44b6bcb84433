namespace Convergence.EvoMerge.Runs;

/// <summary>Passes events on one at a time.</summary>
internal sealed class OrderedProgress(IProgress<RunEvent>? receiver) : IProgress<RunEvent>
{
    private readonly Lock _gate = new();

    public void Report(RunEvent value)
    {
        lock (_gate)
        {
            receiver?.Report(value);
        }
    }
}
