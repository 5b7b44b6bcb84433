using System.Collections.Immutable;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Randomness;

namespace Convergence.Merging;

/// <summary>
/// Makes a LoRA adapter from the difference of a fine-tuned model and its base, by truncated singular value decomposition:
/// the best approximation of each matrix's difference at its rank (Eckart and Young 1936), in PEFT's layout.
/// Adding the adapter to the base gives the fine-tuned model up to the errors that are reported.
/// </summary>
/// <param name="parents">Opens the models.</param>
/// <param name="device">Computes.</param>
public sealed class LoraExtractor(ParentModels parents, CpuDevice device)
{
    /// <summary>Extracts an adapter and writes it; the directory appears complete or not at all.</summary>
    /// <param name="finetuned">The fine-tuned model's name.</param>
    /// <param name="baseModel">The base's name.</param>
    /// <param name="directory">Where to; must not exist yet.</param>
    /// <param name="options">Ranks and modules.</param>
    /// <param name="progress">Called after each matrix.</param>
    /// <param name="cancellation">Looked at between matrices; nothing is left behind.</param>
    /// <exception cref="ConvergenceException">
    /// The models do not fit together, nothing differs, or the directory cannot be written.
    /// </exception>
    public LoraExtraction Extract(
        string finetuned, string baseModel, string directory, LoraExtractionOptions options,
        IProgress<ExtractedModule>? progress = null, CancellationToken cancellation = default)
    {
        var (tuned, origin) = (parents.Get(finetuned), parents.Get(baseModel));
        OutputPlace.Refuse(directory, parents, [finetuned, baseModel]);
        origin.EnsureSound();
        ModelChecks.EnsureMergeable(
            origin,
            tuned,
            mayDifferInVocabulary: false,
            cure: $"An adapter is the difference of {finetuned} and its base: name the base that it was fine-tuned from.");
        parents.EnsureFinite(device, [finetuned, baseModel]);
        var targets = ExtractionTargets.Find(tuned, origin, options);
        using var writer = new AdapterWriter(origin, targets.Any(target => target.IsStoredByInput));
        var modules = ImmutableArray.CreateBuilder<ExtractedModule>();
        var unchanged = 0;
        var (missed, whole) = (0.0, 0.0);
        foreach (var target in targets)
        {
            cancellation.ThrowIfCancellationRequested();
            if (ExtractOne(tuned, origin, target, options, writer) is { } module)
            {
                modules.Add(module);
                whole += module.Norm * module.Norm;
                missed += module.Norm * module.Norm * module.RelativeError * module.RelativeError;
                progress?.Report(module);
            }
            else
            {
                unchanged++;
            }
        }

        if (modules.Count == 0)
        {
            throw new MergeException(
                $"{finetuned} and {baseModel} are equal in all {targets.Length} matrices that were looked at: "
                + "there is nothing to extract.");
        }

        writer.Write(directory, finetuned, baseModel);
        return new LoraExtraction(modules.ToImmutable(), unchanged, LeftOut(tuned, origin, targets), Math.Sqrt(missed / whole));
    }

    private ExtractedModule? ExtractOne(
        ParentModel tuned, ParentModel origin, ExtractionTarget target, LoraExtractionOptions options, AdapterWriter writer)
    {
        using var left = tuned.Load(target.Tensor, device);
        using var right = origin.Load(target.Tensor, device);
        using var difference = device.Allocate(DType.F32, left.Tensor.Shape);
        device.Merging.Combine([left.Tensor, right.Tensor], [1, -1], difference);
        var energy = Energy(difference);
        if (energy == 0)
        {
            return null;
        }

        var (values, rows, columns) = new RandomizedSvd(device).Decompose(
            difference, options.Rank, Philox.Key(options.Seed, target.Tensor));
        var rank = Rank(values, energy, options.Energy);
        var factors = LowRankFactors.Of(rows[..rank], columns[..rank], target.IsTransposed);
        writer.Add(target, factors);
        using var rest = factors.ToUpdate(scale: -1, target.IsTransposed).Apply(difference, device);
        return new ExtractedModule(target.Tensor, rank, Math.Sqrt(energy), Math.Sqrt(Energy(rest) / energy));
    }

    private double Energy(HostTensor tensor)
    {
        var energy = new double[1];
        device.Merging.Gram([tensor], energy);
        return energy[0];
    }

    private static int Rank(double[] values, double energy, double? enough)
    {
        if (enough is not { } share)
        {
            return values.Length;
        }

        var (sum, rank) = (0.0, 0);
        while (rank < values.Length && sum < share * energy)
        {
            sum += values[rank] * values[rank];
            rank++;
        }

        return Math.Max(1, rank);
    }

    private ImmutableArray<string> LeftOut(ParentModel tuned, ParentModel origin, ImmutableArray<ExtractionTarget> targets)
    {
        var covered = targets.Select(target => target.Tensor).ToHashSet(StringComparer.Ordinal);
        return [.. tuned.Weights.Names.Where(name => !covered.Contains(name) && Differs(tuned, origin, name))];
    }

    private bool Differs(ParentModel tuned, ParentModel origin, string name)
    {
        if (!origin.Has(name) || origin.Find(name)!.Shape != tuned.Find(name)!.Shape)
        {
            return true;
        }

        return TensorDifference.Measure(tuned, origin, name, device) is { EqualElements: var equal, Shape: var shape }
            && equal != shape.ElementCount;
    }
}
