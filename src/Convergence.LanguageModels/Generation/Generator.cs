using Convergence.LanguageModels.Architectures;

namespace Convergence.LanguageModels.Generation;

/// <summary>
/// Batched generation with a key-value cache. Each step runs one ragged batch of whole prompts that have just got a slot and of
/// single tokens of sequences under way; a sequence that ends gives its slot to the next prompt.
/// </summary>
internal sealed class Generator(LanguageModel model)
{
    private readonly TokenSampler _sampler = new();
    private readonly List<RunningSequence> _running = [];
    private readonly Stack<int> _freeSlots = [];
    private KeyValueCache? _cache;
    private float[] _logits = [];
    private int[] _chosen = [];

    public GeneratedSequence[] Generate(
        IReadOnlyList<int[]> prompts, GenerationOptions options, IGenerationMonitor? monitor, CancellationToken cancellation)
    {
        options.Validate();
        var results = new GeneratedSequence[prompts.Count];
        if (prompts.Count == 0)
        {
            return results;
        }

        PrepareCache(prompts, options);
        var nextPrompt = 0;
        while (nextPrompt < prompts.Count || _running.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            nextPrompt = BuildBatch(prompts, nextPrompt);
            model.RunBatch(_cache);
            ChooseTokens(options);
            Advance(options, monitor, results);
        }

        return results;
    }

    /// <summary>Frees the cache, whose keys belong to weights that are gone.</summary>
    public void ForgetCache()
    {
        _cache?.Dispose();
        _cache = null;
    }

    private void PrepareCache(IReadOnlyList<int[]> prompts, GenerationOptions options)
    {
        var longest = 0;
        for (var index = 0; index < prompts.Count; index++)
        {
            if (prompts[index].Length == 0)
            {
                throw new LanguageModelException($"{model.Name}: prompt {index} is empty. Give at least one token, for example BOS.");
            }

            model.CheckSequence(prompts[index], prompts[index].Length, index);
            longest = Math.Max(longest, prompts[index].Length);
        }

        var capacity = (int)Math.Min(model.Shape.MaxPositions, (long)longest + options.MaxNewTokens);
        var slotCount = Math.Min(prompts.Count, model.Options.MaxGenerationSlots);
        if (_cache is null || _cache.SlotCapacity < capacity || _cache.SlotCount < slotCount)
        {
            ForgetCache();
            _cache = model.CreateCache(slotCount, capacity);
        }

        _running.Clear();
        _freeSlots.Clear();
        for (var slot = slotCount - 1; slot >= 0; slot--)
        {
            _freeSlots.Push(slot);
        }
    }

    // Sequences under way come first, so that the rows of the batch and those of _running agree.
    private int BuildBatch(IReadOnlyList<int[]> prompts, int nextPrompt)
    {
        var batch = model.Batch;
        batch.Clear();
        foreach (var sequence in _running)
        {
            var token = sequence.Tokens[^1];
            batch.Add([token], sequence.CachedCount, _cache!.FirstRow(sequence.Slot), firstOutput: 0);
            sequence.CachedCount++;
        }

        while (nextPrompt < prompts.Count && _freeSlots.Count > 0)
        {
            var prompt = prompts[nextPrompt];
            if (batch.RowCount > 0 && batch.RowCount + prompt.Length > model.Options.MaxBatchRows)
            {
                break;
            }

            var started = new RunningSequence(nextPrompt, _freeSlots.Pop(), prompt.Length);
            batch.Add(prompt, firstPosition: 0, _cache!.FirstRow(started.Slot), firstOutput: prompt.Length - 1);
            _running.Add(started);
            nextPrompt++;
        }

        return nextPrompt;
    }

    private void ChooseTokens(GenerationOptions options)
    {
        if (_chosen.Length < _running.Count)
        {
            _chosen = new int[Math.Max(_running.Count, model.Options.MaxGenerationSlots)];
        }

        if (options.Temperature == 0)
        {
            model.ReadPredictions(_chosen.AsSpan(0, _running.Count));
            return;
        }

        if (_logits.Length < model.Shape.VocabularySize)
        {
            _logits = new float[model.Shape.VocabularySize];
        }

        var logits = _logits.AsSpan(0, model.Shape.VocabularySize);
        for (var row = 0; row < _running.Count; row++)
        {
            model.ReadLogits(row, logits);
            var uniform = SamplingRandom.Uniform(options.Seed, _running[row].Prompt, _running[row].Tokens.Count);
            _chosen[row] = _sampler.Sample(logits, options, uniform);
        }
    }

    private void Advance(GenerationOptions options, IGenerationMonitor? monitor, GeneratedSequence[] results)
    {
        var kept = 0;
        for (var row = 0; row < _running.Count; row++)
        {
            var sequence = _running[row];
            if (EndReason(sequence, _chosen[row], options, monitor) is { } reason)
            {
                results[sequence.Prompt] = new GeneratedSequence([.. sequence.Tokens], reason);
                _freeSlots.Push(sequence.Slot);
            }
            else
            {
                _running[kept++] = sequence;
            }
        }

        _running.RemoveRange(kept, _running.Count - kept);
    }

    private FinishReason? EndReason(RunningSequence sequence, int token, GenerationOptions options, IGenerationMonitor? monitor)
    {
        if (options.StopTokens.Contains(token))
        {
            return FinishReason.Stop;
        }

        sequence.Tokens.Add(token);
        if (monitor is not null && monitor.EndsAfter(sequence.Prompt, token))
        {
            return FinishReason.Stop;
        }

        var isFull = sequence.Tokens.Count >= options.MaxNewTokens || sequence.CachedCount >= model.Shape.MaxPositions;
        return isFull ? FinishReason.Length : null;
    }

    private sealed class RunningSequence(int prompt, int slot, int promptLength)
    {
        public int Prompt { get; } = prompt;

        public int Slot { get; } = slot;

        /// <summary>Tokens whose keys and values are in the cache.</summary>
        public int CachedCount { get; set; } = promptLength;

        public List<int> Tokens { get; } = [];
    }
}
