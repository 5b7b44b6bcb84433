using System.Globalization;
using Convergence.Cuda;
using Convergence.Evolution.Randomness;
using Convergence.LanguageModels;
using Convergence.Merging;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;
using Convergence.Tensors.Tests.Devices.Merging;

namespace Convergence.GpuBench.Checks;

/// <summary>
/// Candidates as an evolution takes them: a stack is scored in one pass, the next one is merged beside that, into weights that were
/// scored before. Each candidate is compared with itself, merged and scored alone on the CPU device.
/// </summary>
internal sealed class StackChecks : IDisposable
{
    private const string Logits = "logits of a stack";
    private const string Scores = "scores of a stack";
    private const string Weights = "weights merged for a stack";

    private readonly CudaDevice _device;
    private readonly CheckList _checks;
    private readonly double _tolerance;
    private readonly StackedModels _models;
    private readonly MergeExecutor _executor;
    private readonly CpuDevice _cpu = new(Environment.ProcessorCount);
    private readonly MergeTarget[][] _targets = [NewTargets(), NewTargets()];
    private readonly LanguageModelOptions _options;
    private readonly int[][] _sequences;

    /// <param name="device">The GPU.</param>
    /// <param name="products">What it multiplies matrices in.</param>
    /// <param name="sizes">The models and the lengths.</param>
    /// <param name="checks">Receives the checks.</param>
    public StackChecks(CudaDevice device, ProductPrecision products, BenchSizes sizes, CheckList checks)
    {
        (_device, _checks) = (device, checks);
        _tolerance = LogitChecks.ToleranceOf(products);
        _models = new StackedModels(sizes.ScoredShape, LogitChecks.TypeOfWeights(products));
        _executor = new MergeExecutor(device);
        _options = new LanguageModelOptions
        {
            MaxMembers = StackedModels.MemberCount,
            MaxBatchRows = sizes.ForwardLength,

            // As an evolution does: what is not finite shows in the numbers.
            RefuseNonFiniteWeights = false,
        };

        // Of several lengths, in several batches: the host waits for each, and merges the next stack meanwhile.
        var random = new SearchRandom(9);
        int[] lengths = [sizes.ForwardLength, 2, sizes.ForwardLength / 2, sizes.ForwardLength];
        _sequences = Array.ConvertAll(
            lengths, length => Enumerable.Range(0, length).Select(_ => random.Next(sizes.ScoredShape.VocabularySize)).ToArray());
    }

    /// <summary>Merges, scores and compares all stacks.</summary>
    public void Run()
    {
        using (var first = Begin(0))
        {
            while (first.Next())
            {
            }
        }

        using var model = LanguageModel.LoadMembers(_device, SourcesOf(0), "stack", _options);
        for (var stack = 0; stack < StackedModels.StackCount; stack++)
        {
            if (stack > 0)
            {
                model.ReloadMembers(SourcesOf(stack));
            }

            using var next = stack + 1 < StackedModels.StackCount ? Begin(stack + 1) : null;
            _device.BeginAside(next is null ? () => false : next.Next);
            try
            {
                Compare(stack, model);
                _device.FinishAside();
            }
            catch
            {
                _device.DropAside();
                throw;
            }
        }
    }

    public void Dispose()
    {
        foreach (var target in _targets.SelectMany(targets => targets))
        {
            target.Dispose();
        }

        _models.Dispose();
        _cpu.Dispose();
    }

    private static MergeTarget[] NewTargets() => [.. Enumerable.Range(0, StackedModels.MemberCount).Select(_ => new MergeTarget())];

    private MergeTarget[] TargetsOf(int stack) => _targets[stack % _targets.Length];

    private ModelSource[] SourcesOf(int stack) => Array.ConvertAll(TargetsOf(stack), _models.Source);

    private MergePass Begin(int stack) =>
        _executor.Begin([.. TargetsOf(stack).Select((target, member) => new MergeJob(_models.Plan(stack, member), target))]);

    private void Compare(int stack, LanguageModel model)
    {
        var (scores, logits) = (ScoresOf(model), model.Logits(_sequences[0]));
        for (var member = 0; member < StackedModels.MemberCount; member++)
        {
            using var alone = new MergeTarget();
            new MergeExecutor(_cpu).Execute([new MergeJob(_models.Plan(stack, member), alone)]);
            var source = _models.Source(alone);
            using var expected = LanguageModel.Load(_cpu, source.Config, source.Weights, "alone");
            var method = StackedModels.MethodsOf(stack)[member];
            var inputs = string.Create(
                CultureInfo.InvariantCulture, $"stack {stack + 1}, candidate {member + 1} of {StackedModels.MemberCount}: {method.Name()}");
            Add(Scores, inputs, Difference.OfLargest(PartOf(scores, member), ScoresOf(expected)), _tolerance, CheckResult.OfLargest);
            var expectedLogits = expected.Logits(_sequences[0]);
            Add(Logits, inputs, Difference.OfLargest(PartOf(logits, member), expectedLogits), _tolerance, CheckResult.OfLargest);
            var ulps = DifferenceOf(TargetsOf(stack)[member].Weights, source.Weights);

            // Its angles are computed from sums over a tensor.
            Add(Weights, inputs, ulps, method == MergeMethod.Slerp ? 1 : 0, CheckResult.Ulps);
        }
    }

    private void Add(string name, string inputs, double difference, double tolerance, string unit) =>
        _checks.Add(new CheckResult(name, inputs, difference, tolerance, unit));

    private float[] ScoresOf(LanguageModel model)
    {
        int[] first = [.. _sequences.Select(_ => 1)];
        var scores = new float[model.MemberCount * _sequences.Sum(sequence => sequence.Length - 1)];
        model.ScoreTokens(_sequences, first, scores);
        return scores;
    }

    private static ReadOnlySpan<float> PartOf(float[] results, int member)
    {
        var count = results.Length / StackedModels.MemberCount;
        return results.AsSpan(member * count, count);
    }

    private double DifferenceOf(ITensorSource actual, ITensorSource expected)
    {
        if (!actual.Names.SequenceEqual(expected.Names))
        {
            return double.NaN;
        }

        var differences = expected.Names.Select(name => expected.TryGet(name, out var wanted) && actual.TryGet(name, out var found)
            ? Difference.InUlps(wanted.DType, MergeCases.BytesOf(_device, found), MergeCases.BytesOf(_cpu, wanted))
            : double.NaN).ToArray();
        return differences.Any(double.IsNaN) ? double.NaN : differences.Max();
    }
}
