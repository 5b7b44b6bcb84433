namespace Convergence.Tensors.Safetensors;

/// <summary>A tensor of a file that is to be written.</summary>
/// <param name="Name">Its name: valid Unicode, not <see cref="SafetensorsFormat.MetadataKey"/>.</param>
/// <param name="DType">Element type.</param>
/// <param name="Shape">Extents.</param>
public readonly record struct TensorDescription(string Name, DType DType, TensorShape Shape)
{
    public long ByteCount => checked(Shape.ElementCount * DType.ByteCount());
}
