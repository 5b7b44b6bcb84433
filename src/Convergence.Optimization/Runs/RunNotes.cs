using System.Collections.Immutable;

namespace Convergence.Optimization.Runs;

/// <summary>What a reader of a run should know, each thing once. Safe for use by many tasks.</summary>
public sealed class RunNotes
{
    private readonly Lock _lock = new();
    private readonly List<string> _notes = [];
    private Action<string> _listener = _ => { };

    public ImmutableArray<string> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _notes];
            }
        }
    }

    public void Add(string note)
    {
        lock (_lock)
        {
            if (!_notes.Contains(note))
            {
                _notes.Add(note);
                _listener(note);
            }
        }
    }

    /// <summary>Tells somebody of every note, those from before among them.</summary>
    internal void Listen(Action<string> listener)
    {
        lock (_lock)
        {
            _listener = listener;
            _notes.ForEach(listener);
        }
    }
}
