using Convergence.EvoMerge.Runs;

namespace Convergence.EvoMerge.Tests;

/// <summary>Keeps a run's events and may react to them.</summary>
internal sealed class Recorder(Action<RunEvent>? react = null) : IProgress<RunEvent>
{
    private readonly List<RunEvent> _events = [];

    public IReadOnlyList<RunEvent> Events => _events;

    public IEnumerable<T> All<T>() where T : RunEvent => _events.OfType<T>();

    public void Report(RunEvent value)
    {
        _events.Add(value);
        react?.Invoke(value);
    }
}
