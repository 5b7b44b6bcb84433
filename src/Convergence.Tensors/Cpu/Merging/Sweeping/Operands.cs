using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

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

        AreReadInPlace = Array.TrueForAll(_tensors, tensor => tensor.DType == _tensors[0].DType);
        LaneType = AreReadInPlace ? _tensors[0].DType : Array.Exists(_tensors, tensor => tensor.DType == DType.F64) ? DType.F64 : DType.F32;
    }

    public int Count => _tensors.Length;

    public long ElementCount => _tensors[0].ElementCount;

    /// <summary>The type that kernels read: that of all tensors when they have one in common, else F64 where that takes part, and F32.</summary>
    public DType LaneType { get; }

    /// <summary>Whether every tensor is stored in <see cref="LaneType"/>, so that kernels can read it in place.</summary>
    public bool AreReadInPlace { get; }

    public DType DTypeOf(int index) => _tensors[index].DType;

    /// <summary>An element's address.</summary>
    public byte* At(int index, long element) => (byte*)_pointers[index] + (element * _tensors[index].DType.ByteCount());

    /// <summary>Every tensor's address of an element.</summary>
    public void Locate(long element, byte** addresses)
    {
        for (var index = 0; index < Count; index++)
        {
            addresses[index] = At(index, element);
        }
    }

    /// <summary>Copies elements of a float type, widened to <see cref="LaneType"/>.</summary>
    public void WidenToLanes(DType dtype, byte* source, byte* destination, nint count)
    {
        if (dtype == LaneType)
        {
            var byteCount = count * dtype.ByteCount();
            Buffer.MemoryCopy(source, destination, byteCount, byteCount);
        }
        else if (LaneType == DType.F64)
        {
            Widen(dtype, source, (double*)destination, count);
        }
        else
        {
            FloatConversion.Widen(dtype, source, (float*)destination, count);
        }
    }

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
