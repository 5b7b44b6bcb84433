using BenchmarkDotNet.Attributes;
using Convergence.Bench.Models;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Devices;

namespace Convergence.Bench.Micro;

/// <summary>Merge operators on one matrix of a small and of a middling model: time and allocated bytes.</summary>
[MemoryDiagnoser]
public class MergeKernelBenchmarks
{
    private readonly double[] _weights = [0.5, 0.3, 0.2];
    private readonly double[] _densities = [0.5, 0.5, 0.5];
    private CpuDevice _device = null!;
    private DeviceTensor _base = null!;
    private DeviceTensor[] _models = [];
    private DeviceTensor _output = null!;

    [Params(128, 1024)]
    public int Size { get; set; }

    [Params(DType.F32, DType.BF16)]
    public DType Type { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _device = new CpuDevice();
        _base = Random(1);
        _models = [Random(2), Random(3), Random(4)];
        _output = _device.Allocate(Type, new TensorShape(Size, Size));
    }

    [GlobalCleanup]
    public void Release()
    {
        _base.Dispose();
        _output.Dispose();
        foreach (var model in _models)
        {
            model.Dispose();
        }

        _device.Dispose();
    }

    [Benchmark]
    public void Linear() => _device.Merging.Combine(_models, _weights, _output);

    [Benchmark]
    public void Ties()
    {
        long keep = Size * Size / 5;
        var cuts = new MagnitudeCut[3];
        _device.Merging.SelectLargest(_base, _models, [keep, keep, keep], cuts);
        _device.Merging.Ties(_base, _models, _weights, cuts, new TiesOptions(), _output);
    }

    [Benchmark]
    public void Dare() => _device.Merging.Dare(_base, _models, _weights, _densities, new DareOptions(Key: 1), _output);

    private HostTensor Random(ulong seed)
    {
        var random = new Convergence.Evolution.Randomness.SearchRandom(seed);
        var values = new float[Size * Size];
        foreach (ref var value in values.AsSpan())
        {
            value = (float)(random.NextDouble() - 0.5);
        }

        return FloatReader.Write(values, Type, new TensorShape(Size, Size));
    }
}
