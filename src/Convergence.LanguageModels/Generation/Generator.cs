using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Generation;

/// <summary>
/// Continues given prompts with one <see cref="SequenceBatch"/>, which later calls reuse: a sequence that ends gives its slot to the next
/// prompt.
/// </summary>
internal sealed class Generator(LanguageModel model) : IDisposable
{
    private SequenceBatch? _batch;
    private int _mostSlots = model.Options.MaxGenerationSlots;

    public GeneratedSequence[] Generate(
        IReadOnlyList<int[]> prompts, GenerationOptions options, IGenerationMonitor? monitor, CancellationToken cancellation)
    {
        options.Validate();
        var results = new GeneratedSequence[prompts.Count];
        if (prompts.Count == 0)
        {
            return results;
        }

        var batch = PrepareBatch(prompts, options);
        Func<GrowingSequence, bool>? endsAfter = monitor is null
            ? null
            : sequence => monitor.EndsAfter(sequence.Stream, sequence.Tokens[^1]);
        var nextPrompt = 0;
        while (nextPrompt < prompts.Count || !batch.IsEmpty)
        {
            cancellation.ThrowIfCancellationRequested();
            while (nextPrompt < prompts.Count && batch.FreeSlotCount > 0)
            {
                batch.Add(prompts[nextPrompt], options, nextPrompt);
                nextPrompt++;
            }

            foreach (var sequence in batch.Step(endsAfter))
            {
                if (sequence.Reason is { } reason)
                {
                    results[sequence.Stream] = new GeneratedSequence([.. sequence.Tokens], reason);
                }
            }
        }

        return results;
    }

    /// <summary>Frees the cache, whose keys belong to weights that are gone.</summary>
    public void ForgetCache()
    {
        _batch?.Dispose();
        _batch = null;
    }

    public void Dispose() => ForgetCache();

    private SequenceBatch PrepareBatch(IReadOnlyList<int[]> prompts, GenerationOptions options)
    {
        var longest = 0;
        for (var index = 0; index < prompts.Count; index++)
        {
            model.CheckPrompt(prompts[index], index);
            longest = Math.Max(longest, prompts[index].Length);
        }

        var capacity = (int)Math.Min(model.Shape.MaxPositions, (long)longest + options.MaxNewTokens);
        var slotCount = Math.Min(prompts.Count, _mostSlots);
        if (_batch is null || _batch.SlotCapacity < capacity || _batch.SlotCount < slotCount)
        {
            ForgetCache();
            _batch = CreateBatch(slotCount, capacity);
        }

        // A call that was cancelled left its sequences there.
        _batch.Clear();
        return _batch;
    }

    // Where memory is short, fewer sequences have a slot at a time, now and later: what each becomes is the same.
    private SequenceBatch CreateBatch(int slotCount, int capacity)
    {
        while (true)
        {
            try
            {
                return new SequenceBatch(model, slotCount, capacity);
            }
            catch (DeviceException exception) when (exception.IsOutOfMemory && slotCount > 1)
            {
                _mostSlots = slotCount /= 2;
                model.Device.Note("the device's memory ran short: fewer completions are generated at once than planned.");
            }
        }
    }
}
