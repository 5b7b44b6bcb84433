using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging;

/// <summary>The tensors of one call, checked: the base first when there is one, then the inputs.</summary>
internal sealed unsafe class Operands
{
    private readonly HostTensor[] _tensors;
    private readonly nint[] _pointers;

    public Operands(DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs)
    {
        var hasBase = baseTensor is null ? 0 : 1;
        if (inputs.Length == 0)
        {
            throw new ArgumentException("There is nothing to merge.", nameof(inputs));
        }

        _tensors = new HostTensor[inputs.Length + hasBase];
        _pointers = new nint[_tensors.Length];
        if (baseTensor is not null)
        {
            _tensors[0] = (HostTensor)baseTensor;
        }

        for (var index = 0; index < inputs.Length; index++)
        {
            _tensors[index + hasBase] = (HostTensor)inputs[index];
        }

        for (var index = 0; index < _tensors.Length; index++)
        {
            var tensor = _tensors[index];
            RequireFloat(tensor.DType);
            ArgumentOutOfRangeException.ThrowIfNotEqual(tensor.ElementCount, _tensors[0].ElementCount);
            _pointers[index] = (nint)tensor.Pointer;
        }
    }

    public int Count => _tensors.Length;

    public long ElementCount => _tensors[0].ElementCount;

    /// <summary>The type that kernels read: F32, unless an F64 tensor takes part.</summary>
    public DType LaneType => Array.Exists(_tensors, tensor => tensor.DType == DType.F64) ? DType.F64 : DType.F32;

    /// <summary>Whether every tensor is stored in <see cref="LaneType"/>, so that kernels can read it in place.</summary>
    public bool AreReadInPlace => Array.TrueForAll(_tensors, tensor => tensor.DType == LaneType);

    public DType DTypeOf(int index) => _tensors[index].DType;

    /// <summary>An element's address.</summary>
    public byte* At(int index, long element) => (byte*)_pointers[index] + (element * _tensors[index].DType.ByteCount());

    /// <summary>Keeps the memory alive until here.</summary>
    public void KeepAlive() => GC.KeepAlive(_tensors);

    /// <summary>These two tensors alone.</summary>
    public Operands Only(int first, int second) => new(_tensors[first], [_tensors[second]]);

    /// <summary>Widens elements of any float type to doubles, exactly.</summary>
    public static void Widen(DType dtype, byte* source, double* destination, nint count)
    {
        if (dtype == DType.F64)
        {
            Buffer.MemoryCopy(source, destination, count * sizeof(double), count * sizeof(double));
            return;
        }

        // In pieces, through a float buffer on the stack.
        const int PieceSize = 256;
        var floats = stackalloc float[PieceSize];
        for (nint start = 0; start < count; start += PieceSize)
        {
            var length = nint.Min(PieceSize, count - start);
            FloatConversion.Widen(dtype, source + (start * dtype.ByteCount()), floats, length);
            DoubleConversion.Widen(floats, destination + start, length);
        }
    }

    public static void RequireFloat(DType dtype)
    {
        if (!dtype.IsComputable())
        {
            throw new ArgumentException($"{dtype} tensors cannot be computed with; only F64, F32, F16 and BF16 can.");
        }
    }
}
