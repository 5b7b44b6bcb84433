using Convergence.LanguageModels.Architectures;

namespace Convergence.LanguageModels.Generation;

/// <summary>
/// Sequences of one model that grow together, a token a step, over one key-value cache. They join and leave between steps, each with
/// options of its own (iteration-level scheduling: Yu et al., Orca, OSDI 2022). What a sequence becomes does not depend on the others.
/// Not thread-safe, and one step at a time of all batches of a model.
/// </summary>
public sealed class SequenceBatch : IDisposable
{
    private readonly LanguageModel _model;
    private readonly KeyValueCache _cache;
    private readonly TokenChooser _chooser;
    private readonly Queue<GrowingSequence> _waiting = new();
    private readonly List<GrowingSequence> _running = [];
    private readonly List<GrowingSequence> _advanced = [];
    private readonly Stack<int> _freeSlots = new();
    private int[] _chosen = [];

    internal SequenceBatch(LanguageModel model, int slotCount, int slotCapacity)
    {
        _model = model;
        _chooser = new TokenChooser(model);
        _cache = model.CreateCache(slotCount, slotCapacity);
        for (var slot = slotCount - 1; slot >= 0; slot--)
        {
            _freeSlots.Push(slot);
        }
    }

    /// <summary>Sequences that fit.</summary>
    public int SlotCount => _cache.SlotCount;

    /// <summary>The longest sequence that fits, prompt and new tokens together.</summary>
    public int SlotCapacity => _cache.SlotCapacity;

    /// <summary>Sequences that can join now.</summary>
    public int FreeSlotCount => _freeSlots.Count;

    /// <summary>Whether nothing grows.</summary>
    public bool IsEmpty => _running.Count == 0 && _waiting.Count == 0;

    /// <summary>Lets a sequence join; there must be a free slot, and the sequence must fit into it.</summary>
    /// <param name="prompt">Token ids, at least one.</param>
    /// <param name="options">How its tokens are chosen and when it ends.</param>
    /// <param name="stream">Which of the seed's streams of draws it samples by: several answers to one prompt take one each.</param>
    /// <exception cref="LanguageModelException">
    /// The prompt is empty, too long, or it or a bias names a token that the model does not have.
    /// </exception>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public GrowingSequence Add(int[] prompt, GenerationOptions options, int stream = 0)
    {
        options.Validate();
        _model.CheckPrompt(prompt, stream);
        CheckBiases(options);
        if (_freeSlots.Count == 0 || Math.Min(_model.Shape.MaxPositions, (long)prompt.Length + options.MaxNewTokens) > SlotCapacity)
        {
            throw new InvalidOperationException("There is no room for the sequence.");
        }

        var sequence = new GrowingSequence(prompt, options, stream, _freeSlots.Pop());
        _waiting.Enqueue(sequence);
        return sequence;
    }

    /// <summary>Takes a sequence out, as when nobody wants it any more. One that has ended is out already.</summary>
    public void Remove(GrowingSequence sequence)
    {
        if (_running.Remove(sequence))
        {
            _freeSlots.Push(sequence.Slot);
            return;
        }

        for (var count = _waiting.Count; count > 0; count--)
        {
            var next = _waiting.Dequeue();
            if (ReferenceEquals(next, sequence))
            {
                _freeSlots.Push(sequence.Slot);
            }
            else
            {
                _waiting.Enqueue(next);
            }
        }
    }

    /// <summary>Takes all sequences out.</summary>
    public void Clear()
    {
        foreach (var sequence in _running.Concat(_waiting))
        {
            _freeSlots.Push(sequence.Slot);
        }

        _running.Clear();
        _waiting.Clear();
    }

    /// <summary>Chooses the next token of every sequence, for which it runs the prompts of those that have just joined.</summary>
    /// <param name="endsAfter">Asked after each token, the last of the sequence's, whether the sequence ends there.</param>
    /// <returns>The sequences that a token was chosen for, valid until the next step; those that ended have a reason and are out.</returns>
    public IReadOnlyList<GrowingSequence> Step(Func<GrowingSequence, bool>? endsAfter = null)
    {
        _advanced.Clear();
        if (IsEmpty)
        {
            return _advanced;
        }

        Build();
        _model.RunBatch(_cache);
        if (_chosen.Length < _running.Count)
        {
            _chosen = new int[SlotCount];
        }

        var chosen = _chosen.AsSpan(0, _running.Count);
        _chooser.Choose(_running, chosen);
        Advance(chosen, endsAfter);
        return _advanced;
    }

    public void Dispose() => _cache.Dispose();

    private void CheckBiases(GenerationOptions options)
    {
        foreach (var token in options.LogitBias.Keys)
        {
            if (token >= _model.Shape.VocabularySize)
            {
                throw new LanguageModelException(
                    $"{_model.Name}: a bias names token {token}, "
                    + $"but the vocabulary ends at {_model.Shape.VocabularySize - 1}. Leave it out.");
            }
        }
    }

    // Sequences under way come first, so that the rows of the batch and those of _running agree.
    private void Build()
    {
        var batch = _model.Batch;
        batch.Clear();
        foreach (var sequence in _running)
        {
            var token = sequence.Tokens[^1];
            batch.Add([token], sequence.CachedCount, _cache.FirstRow(sequence.Slot), firstOutput: 0);
            sequence.CachedCount++;
        }

        while (_waiting.TryPeek(out var next))
        {
            if (batch.RowCount > 0 && batch.RowCount + next.Prompt.Length > _model.Options.MaxBatchRows)
            {
                break;
            }

            batch.Add(next.Prompt, firstPosition: 0, _cache.FirstRow(next.Slot), firstOutput: next.Prompt.Length - 1);
            next.CachedCount = next.Prompt.Length;
            _running.Add(_waiting.Dequeue());
        }
    }

    private void Advance(ReadOnlySpan<int> chosen, Func<GrowingSequence, bool>? endsAfter)
    {
        var kept = 0;
        for (var row = 0; row < _running.Count; row++)
        {
            var sequence = _running[row];
            sequence.Reason = EndReason(sequence, chosen[row], endsAfter);
            _advanced.Add(sequence);
            if (sequence.Reason is null)
            {
                _running[kept++] = sequence;
            }
            else
            {
                _freeSlots.Push(sequence.Slot);
            }
        }

        _running.RemoveRange(kept, _running.Count - kept);
    }

    private FinishReason? EndReason(GrowingSequence sequence, int token, Func<GrowingSequence, bool>? endsAfter)
    {
        if (sequence.Options.StopTokens.Contains(token))
        {
            return FinishReason.Stop;
        }

        sequence.Add(token);
        if (endsAfter is not null && endsAfter(sequence))
        {
            return FinishReason.Stop;
        }

        var isFull = sequence.Tokens.Count >= sequence.Options.MaxNewTokens || sequence.CachedCount >= _model.Shape.MaxPositions;
        return isFull ? FinishReason.Length : null;
    }
}
