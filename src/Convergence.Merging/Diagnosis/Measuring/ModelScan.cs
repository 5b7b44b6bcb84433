using System.Collections.Immutable;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging.Diagnosis;

/// <summary>
/// Reads all models once, side by side and slice by slice: a slice of every model stays in the cache while it is looked at,
/// and no more than one tensor is ever held. Slices have a fixed size, so that the sums have the same bits on any number of threads.
/// </summary>
/// <param name="parents">Opens the models.</param>
/// <param name="models">The readable models; the first is the one that the others are compared with.</param>
/// <param name="hasBase">Whether the first is the others' base, so that their differences are task vectors.</param>
/// <param name="device">Where it is computed.</param>
internal sealed class ModelScan(ParentModels parents, ImmutableArray<ParentModel> models, bool hasBase, ComputeDevice device)
{
    /// <summary>|d| above this is beyond what DARE's paper (arXiv 2311.03099, section 4) found to bear high drop rates.</summary>
    public const double LargeDelta = 0.005;

    private const long SliceSize = 1 << 20;

    private readonly List<TensorMeasure> _measures = [];
    private readonly List<TensorFault> _faults = [];
    private readonly List<string> _empty = [];

    /// <summary>The tensors that all models have in one shape, in the order of their names.</summary>
    public IReadOnlyList<TensorMeasure> Measures => _measures;

    public IReadOnlyList<TensorFault> Faults => _faults;

    /// <summary>Matrices that hold nothing but zeros, as "model: tensor".</summary>
    public IReadOnlyList<string> EmptyMatrices => _empty;

    /// <summary>Per model after the base, how its task vector's energy is spread; empty without a base.</summary>
    public ImmutableArray<MagnitudeSpread> Spreads { get; } = hasBase ? [.. models.Skip(1).Select(_ => new MagnitudeSpread())] : [];

    public void Run(CancellationToken cancellation)
    {
        var names = new SortedSet<string>(models.SelectMany(model => model.Weights.Names), StringComparer.Ordinal);
        foreach (var name in names)
        {
            cancellation.ThrowIfCancellationRequested();
            var holders = models.Where(model => model.Find(name) is { } tensor && tensor.DType.IsComputable()).ToArray();
            var shapes = holders.Select(model => model.Find(name)!.Shape).Distinct().Count();
            if (holders.Length == models.Length && shapes == 1)
            {
                Compare(name);
                continue;
            }

            foreach (var holder in holders)
            {
                NoteDamage(name, [holder], Survey(name, [holder]));
            }
        }
    }

    private void Compare(string name)
    {
        var survey = Survey(name, models);
        NoteDamage(name, models, survey);
        var shape = models[0].Find(name)!.Shape;
        var (layer, kind) = TensorPlace.Of(name, shape, models[0].Layers.Prefixes.Length > 1);
        _measures.Add(new TensorMeasure(name, shape, layer, kind, survey));
    }

    private TaskVectorSurvey Survey(string name, ImmutableArray<ParentModel> holders)
    {
        var survey = new TaskVectorSurvey(holders.Length - 1);
        var loaded = new List<LoadedTensor>(holders.Length);
        try
        {
            foreach (var holder in holders)
            {
                loaded.Add(parents.Load(new TensorInput(holder.Name, name), device));
            }

            var histograms = hasBase && holders.Length == models.Length && holders.Length > 1
                ? new long[survey.InputCount << MagnitudeSpread.BucketBitCount]
                : null;
            Survey([.. loaded.Select(tensor => tensor.Tensor)], survey, histograms);
            for (var input = 0; histograms is not null && input < survey.InputCount; input++)
            {
                Spreads[input].Add(histograms.AsSpan(input << MagnitudeSpread.BucketBitCount, 1 << MagnitudeSpread.BucketBitCount));
            }
        }
        finally
        {
            loaded.ForEach(tensor => tensor.Dispose());
        }

        return survey;
    }

    private void Survey(DeviceTensor[] tensors, TaskVectorSurvey survey, long[]? histograms)
    {
        var prefixes = new uint[survey.InputCount];
        for (long start = 0; start < tensors[0].ElementCount; start += SliceSize)
        {
            var count = Math.Min(SliceSize, tensors[0].ElementCount - start);
            var slices = Array.ConvertAll(tensors, tensor => tensor.Slice(start, count));
            device.Merging.Survey(slices[0], slices.AsSpan(1), LargeDelta, survey);
            if (histograms is not null)
            {
                device.Merging.CountMagnitudes(slices[0], slices.AsSpan(1), prefixes, 0, MagnitudeSpread.BucketBitCount, histograms);
            }
        }
    }

    private void NoteDamage(string name, ImmutableArray<ParentModel> holders, TaskVectorSurvey survey)
    {
        var geometry = new ModelGeometry(survey);
        for (var index = 0; index < holders.Length; index++)
        {
            if (survey.NonFinite[index] > 0)
            {
                _faults.Add(new TensorFault(holders[index].Name, name, survey.NonFinite[index], survey.ElementCount));
            }
            else if (holders[index].Find(name)!.Shape.Rank >= 2 && IsEmpty(name, holders[index], geometry, index))
            {
                _empty.Add($"{holders[index].Name}: {name}");
            }
        }
    }

    // Lengths of models beside the first come from sums that round: one that is next to nothing is looked at by itself.
    private bool IsEmpty(string name, ParentModel holder, ModelGeometry geometry, int index)
    {
        const double NextToNothing = 1e-6;
        return index == 0
            ? geometry.Norm(0) == 0
            : geometry.Norm(index) <= NextToNothing * geometry.Norm(0) && Survey(name, [holder]).Product(0, 0) == 0;
    }
}
