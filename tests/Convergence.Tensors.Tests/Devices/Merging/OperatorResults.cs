using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Tests.Devices.Merging;

/// <summary>Every merge operator run over the same tensors, and every bit that came out: to compare devices, or ways to compute.</summary>
internal sealed partial class OperatorResults
{
    private readonly ComputeDevice _device;
    private readonly MergeKernels _kernels;
    private readonly DeviceTensor _origin;
    private readonly DeviceTensor[] _inputs;
    private readonly DeviceTensor _output;
    private readonly List<OperatorResult> _results = [];

    private OperatorResults(ComputeDevice device, DeviceTensor origin, DeviceTensor[] inputs, DType outputType)
    {
        _device = device;
        _kernels = device.Merging;
        _origin = origin;
        _inputs = inputs;
        _output = device.Allocate(outputType, origin.Shape);
    }

    /// <summary>Runs the operators over the tensors of <see cref="MergeCases.Tensors"/>.</summary>
    public static List<OperatorResult> Of(
        ComputeDevice device, int length, DType outputType, DType baseType, params DType[] inputTypes)
    {
        var (origin, inputs) = MergeCases.Tensors(length, baseType, inputTypes);
        return Of(device, origin, inputs, outputType);
    }

    /// <inheritdoc cref="Of(ComputeDevice, int, DType, DType, DType[])"/>
    public static List<OperatorResult> Of(
        ComputeDevice device, HostTensor origin, DeviceTensor[] inputs, DType outputType)
    {
        var results = new OperatorResults(
            device, device.Import(origin), Array.ConvertAll(inputs, input => device.Import((HostTensor)input)), outputType);
        results.RunWeights();
        results.RunSelections();
        var sparse = SparseCases.Run(
            results._kernels, results._origin, results._inputs, (name, merge) => results.Output(() => merge(results._output), name));
        results.Numbers<double>(sparse, "SumMagnitudes, SumSampled, SelectSpread, SpreadEnergies, CountOverlaps");
        results.RunVectors();
        results.RunFusion();
        results.RunSurvey();
        results._output.Dispose();
        return results._results;
    }

    private void RunWeights()
    {
        Output(() => _kernels.Combine(_inputs, MergeCases.Weights, _output));
        Output(() => _kernels.AddTaskVectors(_origin, _inputs, MergeCases.Weights, _output));
        Output(() => _kernels.AddClamped(_origin, _inputs[0], 0.01, 1, _output));
        Output(() => _kernels.AddClamped(_origin, _inputs[0], 0.03, 0.5, _output));
        Output(() => _kernels.Copy(_inputs[0], _output));
        Output(() => _kernels.Dare(_origin, _inputs, MergeCases.Weights, MergeCases.Densities, new DareOptions(99), _output));
        var elected = new DareOptions(99, ElectSign: true, Normalize: true, FirstIndex: 77);
        Output(() => _kernels.Dare(_origin, _inputs, MergeCases.Weights, MergeCases.Densities, elected, _output));
        var energies = new double[_inputs.Length * _origin.ElementCount];
        _kernels.FeatureEnergies(_origin, _inputs, energies);
        Numbers<double>(energies, nameof(MergeKernels.FeatureEnergies));
        Output(() => _kernels.AddFeatures(_origin, _inputs, energies, _output));
    }

    private void RunSelections()
    {
        var cuts = new MagnitudeCut[_inputs.Length];
        _kernels.SelectLargest(_origin, _inputs, [.. MergeCases.Densities.Select(density => (long)(density * _origin.ElementCount))], cuts);
        Numbers<long>([.. cuts.SelectMany(cut => new[] { cut.MagnitudeBits, cut.LastTieIndex })], nameof(MergeKernels.SelectLargest));
        Output(() => _kernels.Ties(_origin, _inputs, MergeCases.Weights, cuts, new TiesOptions(0.7), _output));
        Output(() => _kernels.Ties(_origin, _inputs, MergeCases.Weights, cuts, new TiesOptions(Normalize: false, SignOfZero: -1), _output));
        Numbers<long>([_kernels.SumElectedSigns(_origin, _inputs, MergeCases.Weights, cuts)], nameof(MergeKernels.SumElectedSigns));
        var histogram = new long[_inputs.Length << 11];
        _kernels.CountMagnitudes(_origin, _inputs, new uint[_inputs.Length], 0, 11, histogram);
        Numbers<long>(histogram, nameof(MergeKernels.CountMagnitudes));
        var inside = new long[_inputs.Length << 10];
        _kernels.CountMagnitudes(_origin, _inputs, [.. cuts.Select(cut => cut.MagnitudeBits >> 20)], 11, 10, inside);
        Numbers<long>(inside, nameof(MergeKernels.CountMagnitudes));
    }

    private void RunVectors()
    {
        var gram = new double[_inputs.Length * _inputs.Length];
        _kernels.Gram(_inputs, gram);
        Numbers<double>(gram, nameof(MergeKernels.Gram));
        var pair = new double[4];
        _kernels.Gram(_inputs.AsSpan(0, 2), pair);
        Numbers<double>(pair, nameof(MergeKernels.Gram));
        Numbers<double>(
            [_kernels.CombinedLength(_origin, _inputs, MergeCases.Weights)], nameof(MergeKernels.CombinedLength));
        Numbers<double>(
            [_kernels.CombinedLength(baseTensor: null, _inputs, MergeCases.Weights)], nameof(MergeKernels.CombinedLength));
        var (rows, columns, origin, inputs) = Matrix();
        VectorLayout[] layouts = [new(rows, columns, false), new(rows, columns, true), new(1, rows * columns, false)];
        foreach (var vectors in layouts)
        {
            foreach (var start in new[] { null, origin })
            {
                var grams = new double[MergeKernels.PairCount(inputs.Length) * vectors.Count];
                _kernels.VectorGrams(start, inputs, vectors, grams);
                Numbers<double>(grams, nameof(MergeKernels.VectorGrams));
                Output(() => _kernels.CombineVectors(
                    start, inputs, vectors, grams.AsSpan(0, inputs.Length * vectors.Count), _output.Slice(0, rows * columns)));
            }
        }
    }

    private void RunFusion()
    {
        var (rows, columns, origin, inputs) = Matrix();
        var divergences = new double[rows];
        _kernels.RowDivergences(origin, inputs[0], 1e-8, divergences);
        Numbers<double>(divergences, nameof(MergeKernels.RowDivergences));
        if (_origin.ElementCount > 0)
        {
            var quartiles = new float[2];
            _kernels.SelectImportances(origin, inputs[0], divergences, [0, rows * columns / 2], quartiles);
            Numbers<float>(quartiles, nameof(MergeKernels.SelectImportances));
            Output(() => _kernels.TakeImportant(origin, inputs[0], divergences, quartiles[1], _output.Slice(0, rows * columns)));
        }
    }

    private void RunSurvey()
    {
        var survey = new TaskVectorSurvey(_inputs.Length);
        _kernels.Survey(_origin, _inputs, 0.05, survey);
        var models = Enumerable.Range(0, _inputs.Length + 1).ToList();
        Numbers<double>(
            [.. models.SelectMany(first => models.Select(second => survey.Product(first, second)))], nameof(MergeKernels.Survey));
        Numbers<double>([.. survey.MagnitudeSums, .. survey.LargestMagnitudes], nameof(MergeKernels.Survey));
        Numbers<long>(
            [survey.ElementCount, survey.Conflicts, .. survey.Unchanged, .. survey.Large, .. survey.NonFinite],
            nameof(MergeKernels.Survey));
        Numbers<double>([_kernels.LargestMagnitude(_inputs[0])], nameof(MergeKernels.LargestMagnitude));
        Numbers<long>([_kernels.CountNonFinite(_inputs[0])], nameof(MergeKernels.CountNonFinite));
    }

    // What of the tensors makes whole rows.
    private (int Rows, int Columns, DeviceTensor Origin, DeviceTensor[] Inputs) Matrix()
    {
        var length = (int)_origin.ElementCount;
        var (rows, columns) = (Math.Max(1, length / 100), length >= 100 ? 100 : length);
        return (rows, columns, _origin.Slice(0, rows * columns), Array.ConvertAll(_inputs, input => input.Slice(0, rows * columns)));
    }

    // The operator is the method that the action calls: "() => _kernels.Combine(…)".
    private void Output(Action merge, [CallerArgumentExpression(nameof(merge))] string name = "")
    {
        merge();
        var call = OperatorCall().Match(name);
        _results.Add(new OperatorResult(
            call.Success ? call.Groups[1].Value : name, _output.DType, MergeCases.BytesOf(_device, _output)));
    }

    private void Numbers<T>(ReadOnlySpan<T> numbers, string name) where T : unmanaged
    {
        var type = typeof(T) == typeof(double) ? DType.F64 : typeof(T) == typeof(float) ? DType.F32 : DType.I64;
        _results.Add(new OperatorResult(name, type, MemoryMarshal.AsBytes(numbers).ToArray()));
    }

    [GeneratedRegex(@"_kernels\.(\w+)\(")]
    private static partial Regex OperatorCall();
}
