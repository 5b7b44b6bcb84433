using System.Numerics;
using Convergence.LanguageModels;
using Convergence.LanguageModels.Generation;

namespace Convergence.Service.Serving;

/// <summary>
/// One model's waiting and growing texts. Calls are handed in by any thread; <see cref="Advance"/> belongs to the generating thread.
/// First come, first served: a text that needs longer slots than there are waits until the batch has run empty,
/// and those after it wait too.
/// </summary>
internal sealed class ModelLane(ServedModel model, int maxConcurrent, int maxWaiting) : IDisposable
{
    // Slots are made at least so long, so that they need not be remade for every somewhat longer text.
    private const int SmallestCapacity = 256;

    private readonly Queue<CallText> _waiting = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<GrowingSequence, CallText> _growing = [];
    private SequenceBatch? _batch;

    public ServedModel Model => model;

    /// <summary>Takes a call's texts, all or none.</summary>
    /// <returns>Whether there was room for them.</returns>
    public bool TryAdd(GenerationCall call)
    {
        lock (_lock)
        {
            // A call that is larger than the queue is taken when the queue is empty.
            if (_waiting.Count > 0 && _waiting.Count + call.Texts.Count > maxWaiting)
            {
                return false;
            }

            foreach (var text in call.Texts)
            {
                _waiting.Enqueue(text);
            }

            return true;
        }
    }

    /// <summary>Takes one step with all texts that fit.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public bool Advance()
    {
        try
        {
            RemoveCancelled();
            Admit();
            if (_batch is null || _batch.IsEmpty)
            {
                return false;
            }

            foreach (var sequence in _batch.Step(sequence => _growing[sequence].EndsAfter(sequence.Tokens[^1])))
            {
                _growing[sequence].Publish(sequence);
                if (sequence.Reason is not null)
                {
                    _growing.Remove(sequence);
                }
            }
        }
#pragma warning disable CA1031 // Whatever fails here ends the calls that it concerns, and not the service for all others.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(exception);
        }

        return true;
    }

    /// <summary>Ends all calls with an error.</summary>
    public void Fail(Exception exception)
    {
        foreach (var text in _growing.Values)
        {
            text.Call.Fail(exception);
        }

        lock (_lock)
        {
            foreach (var text in _waiting)
            {
                text.Call.Fail(exception);
            }

            _waiting.Clear();
        }

        _growing.Clear();
        _batch?.Dispose();
        _batch = null;
    }

    public void Dispose() => _batch?.Dispose();

    private void RemoveCancelled()
    {
        foreach (var (sequence, text) in _growing.Where(entry => entry.Value.Call.Cancellation.IsCancellationRequested).ToList())
        {
            _batch!.Remove(sequence);
            _growing.Remove(sequence);
        }
    }

    private void Admit()
    {
        lock (_lock)
        {
            while (_waiting.TryPeek(out var text))
            {
                if (text.Call.Cancellation.IsCancellationRequested)
                {
                    _waiting.Dequeue();
                    continue;
                }

                if (!HasRoomFor(text))
                {
                    return;
                }

                _waiting.Dequeue();
                Start(text);
            }
        }
    }

    private void Start(CallText text)
    {
        try
        {
            _growing.Add(_batch!.Add(text.Prompt, text.Options, text.Stream), text);
        }
        catch (LanguageModelException exception)
        {
            text.Call.Fail(exception);
        }
    }

    private bool HasRoomFor(CallText text)
    {
        if (_batch is not null && _batch.SlotCapacity >= text.TokenCapacity)
        {
            return _batch.FreeSlotCount > 0;
        }

        if (_growing.Count > 0)
        {
            return false;
        }

        var longest = Math.Max(SmallestCapacity, _waiting.Take(maxConcurrent).Max(waiting => waiting.TokenCapacity));
        var capacity = (int)Math.Min(BitOperations.RoundUpToPowerOf2((ulong)longest), (ulong)model.ContextLength);
        _batch?.Dispose();
        _batch = null;
        _batch = model.Model.CreateSequenceBatch(maxConcurrent, capacity);
        return true;
    }
}
