using System.Collections.Immutable;

namespace Convergence.EvoMerge.Runs;

/// <summary>What a run has to say aloud, each sentence once, in the order of saying. Thread-safe.</summary>
internal sealed class RunNotes(IProgress<RunEvent> progress)
{
    private readonly Lock _gate = new();
    private readonly List<string> _texts = [];

    public ImmutableArray<string> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _texts];
            }
        }
    }

    public void Add(string text)
    {
        lock (_gate)
        {
            if (_texts.Contains(text))
            {
                return;
            }

            _texts.Add(text);
            progress.Report(new RunNote(text));
        }
    }
}
