using Convergence.Cuda.Merging.Arguments;
using Convergence.Cuda.Runtime;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Transformer;

/// <summary>
/// The operators of a forward pass on one GPU. Each checks its operands, queues its kernels and returns: only those whose results the host
/// reads, log-probabilities and largest logits, wait for the GPU.
/// </summary>
internal sealed partial class CudaTransformerKernels : TransformerKernels, IDisposable
{
    private const int WarpSize = 32;
    private const int BlockSize = 256;

    // Blocks per multiprocessor of kernels that walk over elements: enough to fill it, few enough that each has some to do.
    private const int BlocksPerMultiprocessor = 16;

    private readonly CudaRuntime _runtime;
    private readonly ProductPrecision _precision;
    private readonly DeviceList _ids;
    private readonly DeviceList _positions;
    private readonly DeviceList _rows;
    private readonly DeviceList _spans;
    private readonly DeviceList _items;
    private readonly DeviceList _targets;
    private readonly DeviceScratch _results;
    private readonly DeviceScratch _narrowed;
    private readonly DeviceScratch _partials;
    private readonly List<int> _spanValues = [];
    private readonly List<int> _itemValues = [];

    public CudaTransformerKernels(CudaRuntime runtime, ProductPrecision precision)
    {
        _runtime = runtime;
        _precision = precision;
        _ids = new DeviceList(runtime);
        _positions = new DeviceList(runtime);
        _rows = new DeviceList(runtime);
        _spans = new DeviceList(runtime);
        _items = new DeviceList(runtime);
        _targets = new DeviceList(runtime);
        _results = new DeviceScratch(runtime);
        _narrowed = new DeviceScratch(runtime);
        _partials = new DeviceScratch(runtime);
    }

    public void Dispose()
    {
        foreach (var held in new IDisposable[] { _ids, _positions, _rows, _spans, _items, _targets, _results, _narrowed, _partials })
        {
            held.Dispose();
        }
    }

    /// <summary>Queues a kernel whose threads walk over <paramref name="itemCount"/> items; none for no items.</summary>
    private void LaunchOver<TArgs>(string module, string kernel, long itemCount, in TArgs arguments) where TArgs : unmanaged
    {
        if (itemCount > 0)
        {
            var most = (long)_runtime.Gpu.MultiprocessorCount * BlocksPerMultiprocessor;
            var blocks = Math.Min((itemCount + BlockSize - 1) / BlockSize, most);
            Launch(module, kernel, (int)blocks, BlockSize, sharedByteCount: 0, arguments);
        }
    }

    private void Launch<TArgs>(
        string module, string kernel, KernelGrid grid, KernelGrid block, int sharedByteCount, in TArgs arguments) where TArgs : unmanaged =>
        _runtime.Kernels.Get(module, kernel).Launch(_runtime.Compute, grid, block, sharedByteCount, arguments);

    /// <exception cref="ArgumentException">The tensor does not lie in the GPU's memory.</exception>
    private static Operand OperandOf(DeviceTensor tensor, string name) => tensor is CudaTensor cuda
        ? new Operand { Data = cuda.Address, Dtype = (int)cuda.DType }
        : throw new ArgumentException($"{name} must lie in the GPU's memory: {tensor.DType} {tensor.Shape} does not.", name);

    /// <summary>Steps of <paramref name="width"/> columns in all rows of a matrix.</summary>
    private static long StepsOf(CudaMatrix matrix, int width) =>
        (long)matrix.RowCount * ((matrix.ColumnCount + width - 1) / width);
}
