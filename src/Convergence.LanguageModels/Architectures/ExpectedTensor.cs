using Convergence.Tensors;

namespace Convergence.LanguageModels.Architectures;

/// <summary>A tensor that an architecture needs: its name in the checkpoint and its shape.</summary>
internal readonly record struct ExpectedTensor(string Name, TensorShape Shape)
{
    public static ExpectedTensor Vector(string name, int length) => new(name, new TensorShape(length));

    public static ExpectedTensor Matrix(string name, int rows, int columns) => new(name, new TensorShape(rows, columns));
}
