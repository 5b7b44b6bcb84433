using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>The tensors of one call, checked: the base first when there is one, then the inputs.</summary>
internal sealed unsafe class Operands : IEquatable<Operands>
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

    // Tiles: the tensors are those of the original, their elements are read elsewhere.
    private Operands(Operands original)
    {
        _tensors = original._tensors;
        _pointers = new nint[_tensors.Length];
        AreReadInPlace = true;
        LaneType = original.LaneType == DType.F64 ? DType.F64 : DType.F32;
    }

    public int Count => _tensors.Length;

    public long ElementCount => _tensors[0].ElementCount;

    /// <summary>
    /// The type that kernels read: that of all tensors when they have one in common, else F64 where that takes part, and F32.
    /// </summary>
    public DType LaneType { get; }

    /// <summary>Whether every tensor is stored in <see cref="LaneType"/>, so that kernels can read it in place.</summary>
    public bool AreReadInPlace { get; }

    public DType DTypeOf(int index) => AreReadInPlace ? LaneType : _tensors[index].DType;

    /// <summary>An element's address.</summary>
    public byte* At(int index, long element) => (byte*)_pointers[index] + (element * DTypeOf(index).ByteCount());

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

    /// <summary>The same tensors as floats or doubles in working memory, into which a range at a time is loaded.</summary>
    public Operands Tiles() => new(this);

    /// <summary>Widens a range of every tensor into tiles; until the next time elements of that range are read there.</summary>
    /// <param name="original">What these are tiles of.</param>
    /// <param name="start">The first element.</param>
    /// <param name="count">Elements, at most <see cref="MergeSweep.TileSize"/>.</param>
    /// <param name="memory">A tile for every tensor.</param>
    public void Load(Operands original, long start, long count, byte* memory)
    {
        for (var index = 0; index < Count; index++)
        {
            var tile = memory + (index * MergeSweep.TileByteCount);
            WidenToLanes(original.DTypeOf(index), original.At(index, start), tile, (nint)count);
            _pointers[index] = (nint)(tile - (start * LaneType.ByteCount()));
        }
    }

    /// <summary>Whether these are the same elements of the same types.</summary>
    public bool Equals(Operands? other) =>
        other is not null && _pointers.AsSpan().SequenceEqual(other._pointers) && ElementCount == other.ElementCount
        && _tensors.Zip(other._tensors).All(pair => pair.First.DType == pair.Second.DType);

    public override bool Equals(object? obj) => Equals(obj as Operands);

    public override int GetHashCode() => HashCode.Combine(_pointers[0], _pointers.Length);

    /// <summary>How often each input comes, one time after another: 1, or more where all inputs come as often.</summary>
    public int RepeatCount()
    {
        var count = 1;
        while (count < Count - 1 && _pointers[count + 1] == _pointers[1])
        {
            count++;
        }

        for (var index = 1; index < Count; index++)
        {
            if ((Count - 1) % count != 0 || _pointers[index] != _pointers[((index - 1) / count * count) + 1])
            {
                return 1;
            }
        }

        return count;
    }

    /// <summary>The base and the first of every so many inputs.</summary>
    public Operands EveryOf(int repeatCount) =>
        new(_tensors[0], [.. Enumerable.Range(0, (Count - 1) / repeatCount).Select(input => _tensors[(input * repeatCount) + 1])]);

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
