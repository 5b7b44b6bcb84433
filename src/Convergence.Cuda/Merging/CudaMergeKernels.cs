using Convergence.Cuda.Merging.Arguments;
using Convergence.Cuda.Runtime;
using Convergence.Tensors.Cpu.Merging.Sparse;
using Convergence.Tensors.Cpu.Merging.Statistics;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Merging;

/// <summary>
/// The merge operators on a GPU. Each checks its arguments and queues its kernels; the host waits only where a number must come back.
/// Arithmetic is in float64 in the CPU device's order, sums included, so that results are that device's bits.
/// </summary>
/// <param name="runtime">The GPU.</param>
internal sealed partial class CudaMergeKernels(CudaRuntime runtime) : MergeKernels
{
    private const string CombineModule = "merge_combine";
    private const string TiesModule = "merge_ties";
    private const string SurveyModule = "merge_survey";

    /// <summary>The kernel that looks for the largest magnitude.</summary>
    public const string FindLargest = "find_largest";

    /// <summary>The kernel that counts elements that are NaN or infinite.</summary>
    public const string CountNonFiniteElements = "count_non_finite";

    // Kernels that keep count share one number: few threads, each of which looks at much.
    private const int CountingBlocks = 512;

    private readonly MergeLauncher _launcher = new(runtime);

    // Kernels are queued one behind the other, and what one read the next finds in the GPU's cache.
    public override void Together(Action operators) => operators();

    public override void Combine(ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights, DeviceTensor output) =>
        Combine(baseTensor: null, inputs, weights, output);

    public override void AddTaskVectors(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights, DeviceTensor output) =>
        Combine(baseTensor, inputs, weights, output);

    public override void Ties(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<MagnitudeCut> cuts,
        TiesOptions options,
        DeviceTensor output)
    {
        RequireOnePerInput(cuts.Length, inputs);
        var args = TiesArguments(baseTensor, inputs, weights, options, output);
        args.Cuts = MergeOperands.Cuts(cuts);
        _launcher.Map(TiesModule, "merge_ties", args.Tensors.Count, args);
    }

    public override void Ties(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        SelectedCuts cuts,
        ReadOnlySpan<int> places,
        TiesOptions options,
        DeviceTensor output)
    {
        RequireOnePerInput(places.Length, inputs);
        var args = TiesArguments(baseTensor, inputs, weights, options, output);
        args.Table = ((CudaSelectedCuts)cuts).Address;
        foreach (var place in places)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, cuts.Count, nameof(places));
            ArgumentOutOfRangeException.ThrowIfNegative(place, nameof(places));
        }

        places.CopyTo(args.Places);
        _launcher.Map(TiesModule, "merge_ties", args.Tensors.Count, args);
    }

    public override long SumElectedSigns(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<MagnitudeCut> cuts,
        long firstIndex = 0)
    {
        RequireOnePerInput(weights.Length, inputs);
        RequireOnePerInput(cuts.Length, inputs);
        using var balance = _launcher.Zeros<long>(1);
        var args = new SignBalanceArgs
        {
            Tensors = MergeOperands.Of(runtime, baseTensor, inputs, output: null, firstIndex),
            Cuts = MergeOperands.Cuts(cuts),
            Balance = balance.Address,
        };
        weights.CopyTo(args.Weights);
        _launcher.Map(TiesModule, "sum_elected_signs", args.Tensors.Count, args, CountingBlocks);
        return _launcher.Read<long>(balance, 1)[0];
    }

    public override void Dare(
        DeviceTensor baseTensor,
        ReadOnlySpan<DeviceTensor> inputs,
        ReadOnlySpan<double> weights,
        ReadOnlySpan<double> densities,
        DareOptions options,
        DeviceTensor output)
    {
        RequireOnePerInput(weights.Length, inputs);
        RequireOnePerInput(densities.Length, inputs);
        RequireDensities(densities);
        var bounds = Array.ConvertAll(densities.ToArray(), DareMask.BoundOf);
        var scales = Array.ConvertAll(densities.ToArray(), density => options.Rescale ? 1 / density : 1);
        var join = new SparseMergeOptions(options.ElectSign, options.Normalize, options.Lambda, FirstIndex: options.FirstIndex);
        Dare(baseTensor, inputs, new SparseFactors(weights, scales, join), bounds, options.Key, join, output);
    }

    public override void FeatureEnergies(DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, Span<double> energies)
    {
        var rows = RowCount(baseTensor);
        ArgumentOutOfRangeException.ThrowIfNotEqual(energies.Length, inputs.Length * rows);
        var tensors = MergeOperands.Of(runtime, baseTensor, inputs, output: null);
        energies.Clear();
        if (tensors.Count > 0)
        {
            SumProducts(tensors, tensors.Count / rows, isByVector: true, areSquares: true, energies);
        }
    }

    public override void AddFeatures(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> featureWeights, DeviceTensor output)
    {
        var rows = RowCount(baseTensor);
        ArgumentOutOfRangeException.ThrowIfNotEqual(featureWeights.Length, inputs.Length * rows);
        var tensors = MergeOperands.Of(runtime, baseTensor, inputs, output);
        CombineVectors(tensors, featureWeights, rows, tensors.Count / Math.Max(1, rows), areColumns: false);
    }

    public override void Survey(DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, double largeBound, TaskVectorSurvey survey)
    {
        RequireOnePerInput(survey.InputCount, inputs);
        var tensors = inputs.IsEmpty
            ? MergeOperands.Of(runtime, baseTensor: null, [baseTensor], output: null)
            : MergeOperands.Of(runtime, baseTensor, inputs, output: null);
        tensors.InputCount = inputs.Length;
        var layout = new SurveyLayout(inputs.Length);
        var tileCount = MergeLauncher.TileCount(tensors.Count);
        using var sums = _launcher.Zeros<double>(tileCount * layout.SumCount);
        using var counts = _launcher.Zeros<long>(layout.CountSpacing);
        var args = new SurveyArgs
        {
            Tensors = tensors,
            Sums = sums.Address,
            Counts = counts.Address,
            LargeBound = largeBound,
            SumCount = layout.SumCount,
        };
        var tasks = 1 + PairCount(inputs.Length) + (inputs.Length > 2 ? 1 : 0);
        _launcher.Launch(SurveyModule, "survey_tiles", (tileCount + 1) / 2 * tasks * MergeLauncher.WarpSize, args);
        survey.ElementCount += tensors.Count;
        SurveyReduction.Reduce(
            layout, _launcher.Read<double>(sums, tileCount * layout.SumCount), _launcher.Read<long>(counts, layout.CountSpacing), survey);
    }

    public override void Copy(DeviceTensor input, DeviceTensor output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.ElementCount, input.ElementCount);
        if (input.DType != output.DType)
        {
            Combine(baseTensor: null, [input], [1], output);
            return;
        }

        var (source, target) = (MergeOperands.AddressOf(runtime, input), MergeOperands.AddressOf(runtime, output));
        if (source != target)
        {
            runtime.Current.Copy(source, target, input.ByteCount);
        }
    }

    public override double LargestMagnitude(DeviceTensor tensor)
    {
        using var looks = BeginLooks(1);
        looks.AddLargestMagnitude(tensor);
        return looks.Read()[0];
    }

    public override long CountNonFinite(DeviceTensor tensor)
    {
        using var looks = BeginLooks(1);
        looks.AddNonFiniteCount(tensor);
        return (long)looks.Read()[0];
    }

    public override TensorLooks BeginLooks(int capacity) => new CudaLooks(_launcher, _launcher.Zeros<long>(capacity), Look);

    private TiesArgs TiesArguments(
        DeviceTensor baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights, TiesOptions options, DeviceTensor output)
    {
        RequireOnePerInput(weights.Length, inputs);
        var args = new TiesArgs
        {
            Tensors = MergeOperands.Of(runtime, baseTensor, inputs, output, options.FirstIndex),
            Lambda = options.Lambda,
            Normalize = options.Normalize ? 1 : 0,
            ZeroIsNegative = options.SignOfZero < 0 ? 1 : 0,
        };
        weights.CopyTo(args.Weights);
        return args;
    }

    private void Look(DeviceTensor tensor, string kernel, ulong result)
    {
        var args = new LookArgs { Tensors = MergeOperands.Of(runtime, baseTensor: null, [tensor], output: null), Result = result };
        _launcher.Map(SurveyModule, kernel, args.Tensors.Count, args, CountingBlocks);
    }

    private void Combine(
        DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, ReadOnlySpan<double> weights, DeviceTensor output)
    {
        RequireOnePerInput(weights.Length, inputs);
        var args = new CombineArgs { Tensors = MergeOperands.Of(runtime, baseTensor, inputs, output) };
        weights.CopyTo(args.Weights);
        _launcher.Map(CombineModule, "combine", args.Tensors.Count, args);
    }
}
