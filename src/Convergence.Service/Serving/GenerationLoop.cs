namespace Convergence.Service.Serving;

/// <summary>
/// The thread that generates. All models share one device, which has one caller at a time: every model that has work takes a step in
/// turn, with all its texts together.
/// </summary>
internal sealed class GenerationLoop : IDisposable
{
    private readonly Dictionary<ServedModel, ModelLane> _lanes;
    private readonly AutoResetEvent _news = new(initialState: false);
    private readonly Thread _thread;
    private volatile bool _isEnding;

    /// <param name="models">The models.</param>
    /// <param name="maxConcurrent">Texts of one model that grow together, at least 1.</param>
    /// <param name="maxWaiting">Texts of one model that may wait for a place.</param>
    public GenerationLoop(IReadOnlyList<ServedModel> models, int maxConcurrent, int maxWaiting)
    {
        _lanes = models.ToDictionary(model => model, model => new ModelLane(model, maxConcurrent, maxWaiting));
        _thread = new Thread(Run) { Name = "generation", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Takes a call.</summary>
    /// <returns>Whether there was room for it.</returns>
    public bool TryStart(GenerationCall call)
    {
        if (_isEnding || !_lanes[call.Model].TryAdd(call))
        {
            return false;
        }

        // One that is cancelled while everybody waits frees its place at once.
        call.Cancellation.UnsafeRegister(static loop => ((GenerationLoop)loop!).Wake(), this);
        Wake();
        return true;
    }

    /// <summary>Ends the thread after the step that it takes; calls under way end with an error.</summary>
    public void Dispose()
    {
        _isEnding = true;
        Wake();
        _thread.Join();
        foreach (var lane in _lanes.Values)
        {
            lane.Fail(new ObjectDisposedException(nameof(GenerationLoop), "The server has stopped."));
            lane.Dispose();
        }

        _news.Dispose();
    }

    private void Wake()
    {
        try
        {
            _news.Set();
        }
        catch (ObjectDisposedException)
        {
            // A request that ends after the loop has nobody to wake.
        }
    }

    private void Run()
    {
        while (!_isEnding)
        {
            var worked = false;
            foreach (var lane in _lanes.Values)
            {
                worked |= lane.Advance();
            }

            if (!worked)
            {
                _news.WaitOne();
            }
        }
    }
}
