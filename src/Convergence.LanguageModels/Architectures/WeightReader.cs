using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.LanguageModels.Architectures;

/// <summary>
/// Takes weights out of a source: checks name, shape and type, and copies or packs them for the device, so that the source may be
/// disposed or overwritten afterwards. Buffers of an earlier candidate are written over where they fit. Every buffer has room for the
/// weights of so many models, of which one is filled.
/// </summary>
internal sealed class WeightReader(ComputeDevice device, ITensorSource source, string modelName, int member = 0, int memberCount = 1)
{
    private const int MaxNamesInMessage = 4;

    public string ModelName { get; } = modelName;

    /// <summary>Which of the models that lie side by side is read.</summary>
    public int Member => member;

    /// <summary>Models that the buffers have room for.</summary>
    public int MemberCount => memberCount;

    public bool Contains(string name) => source.TryGet(name, out _);

    /// <summary>Checks all expected tensors before any is used.</summary>
    /// <exception cref="LanguageModelException">A tensor is missing, or has another shape or a type without arithmetic.</exception>
    public void Check(IReadOnlyList<ExpectedTensor> expected)
    {
        var missing = expected.Where(tensor => !Contains(tensor.Name)).Select(tensor => $"'{tensor.Name}' {tensor.Shape}").ToList();
        if (missing.Count > 0)
        {
            var shown = string.Join(", ", missing.Take(MaxNamesInMessage));
            var rest = missing.Count > MaxNamesInMessage ? $" and {missing.Count - MaxNamesInMessage} more" : string.Empty;
            throw new LanguageModelException(
                $"{ModelName}: the weights lack {shown}{rest}, which config.json asks for. "
                + "Use a complete checkpoint, or the config.json that belongs to these weights.");
        }

        foreach (var tensor in expected)
        {
            Require(tensor.Name, tensor.Shape);
        }
    }

    /// <summary>Checks that no weight is NaN or infinite.</summary>
    public void CheckFinite(IReadOnlyList<ExpectedTensor> expected)
    {
        using var looks = device.Merging.BeginLooks(expected.Count);
        foreach (var tensor in expected)
        {
            Using(tensor.Name, tensor.Shape, weights =>
            {
                looks.AddNonFiniteCount(weights);
                return true;
            });
        }

        foreach (var (tensor, count) in expected.Zip(looks.Read()))
        {
            if (count > 0)
            {
                throw new LanguageModelException(
                    $"{ModelName}: tensor '{tensor.Name}' {tensor.Shape} has {count} elements that are NaN or infinite. "
                    + "The checkpoint is damaged or its training diverged; use another.");
            }
        }
    }

    /// <summary>
    /// A copy of a matrix in the source's element type, for embedding tables; those of several models one above the other.
    /// </summary>
    public DeviceTensor Copy(string name, TensorShape shape, DeviceTensor? reuse) => Using(name, shape, tensor =>
    {
        var copy = Fitting(reuse, tensor.DType, new TensorShape(memberCount * shape[0], shape[1]));
        device.Merging.Copy(tensor, memberCount == 1 ? copy : copy.Slice(member * shape.ElementCount, shape.ElementCount));
        return copy;
    });

    /// <summary>One F32 vector of several, one after another: a norm's weight, the bias of a fused projection.</summary>
    public DeviceTensor Join(ReadOnlySpan<ExpectedTensor> parts, DeviceTensor? reuse)
    {
        long length = 0;
        foreach (var part in parts)
        {
            length += part.Shape.ElementCount;
        }

        var joined = Fitting(reuse, DType.F32, new TensorShape(memberCount * length));
        var start = member * length;
        foreach (var part in parts)
        {
            var slice = joined.Slice(start, part.Shape.ElementCount);
            Using(part.Name, part.Shape, tensor =>
            {
                device.Merging.Copy(tensor, slice);
                return true;
            });
            start += part.Shape.ElementCount;
        }

        return joined;
    }

    /// <summary>One packed matrix of several that share their input.</summary>
    public PackedMatrix Pack(ReadOnlySpan<ExpectedTensor> parts, WeightLayout layout, PackedMatrix? reuse)
    {
        var tensors = new DeviceTensor[parts.Length];
        for (var index = 0; index < parts.Length; index++)
        {
            tensors[index] = Import(Require(parts[index].Name, parts[index].Shape));
        }

        var packed = device.Transformer.Pack(tensors, layout, reuse, member, memberCount);
        for (var index = 0; index < parts.Length; index++)
        {
            Release(parts[index].Name, tensors[index]);
        }

        return packed;
    }

    private T Using<T>(string name, TensorShape shape, Func<DeviceTensor, T> use)
    {
        var tensor = Import(Require(name, shape));
        var result = use(tensor);
        Release(name, tensor);
        return result;
    }

    private DeviceTensor Require(string name, TensorShape shape)
    {
        if (!source.TryGet(name, out var tensor))
        {
            throw new LanguageModelException($"{ModelName}: the weights lack '{name}' {shape}. Use a complete checkpoint.");
        }

        if (tensor.Shape != shape)
        {
            throw new LanguageModelException(
                $"{ModelName}: tensor '{name}' has shape {tensor.Shape}, but config.json implies {shape}. "
                + "Use the config.json that belongs to these weights.");
        }

        return tensor.DType.IsComputable()
            ? tensor
            : throw new LanguageModelException(
                $"{ModelName}: tensor '{name}' is {tensor.DType.SafetensorsName()}; a model can be run from F32, F16, BF16 or F64. "
                + "Convert the checkpoint.");
    }

    private DeviceTensor Import(DeviceTensor tensor) => tensor is HostTensor host ? device.Import(host) : tensor;

    // Only what Import copied is ours to free.
    private void Release(string name, DeviceTensor tensor)
    {
        if (source.TryGet(name, out var original) && !ReferenceEquals(original, tensor))
        {
            tensor.Dispose();
        }
    }

    private DeviceTensor Fitting(DeviceTensor? reuse, DType dtype, TensorShape shape)
    {
        if (reuse is not null && reuse.DType == dtype && reuse.Shape == shape)
        {
            return reuse;
        }

        if (member > 0)
        {
            throw new ArgumentException($"{ModelName}: its weights have other types than those of the models beside it.");
        }

        reuse?.Dispose();
        return device.Allocate(dtype, shape);
    }
}
