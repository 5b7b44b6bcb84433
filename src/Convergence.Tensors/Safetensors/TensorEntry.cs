namespace Convergence.Tensors.Safetensors;

/// <summary>One tensor as a header describes it.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The extents.</param>
/// <param name="Begin">Where its bytes begin, from the end of the header.</param>
/// <param name="End">Where they end, exclusive.</param>
internal readonly record struct TensorEntry(string Name, DType DType, TensorShape Shape, long Begin, long End)
{
    /// <summary>For messages: name, type, shape and offsets.</summary>
    public override string ToString() => $"tensor \"{Name}\" ({DType.SafetensorsName()} {Shape}, data_offsets [{Begin}, {End}])";
}
